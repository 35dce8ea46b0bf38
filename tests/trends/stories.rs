//! Counts of stories, which several articles may carry.

use fangzhi_index::{Count, Interval, Query};

use crate::archive::{Archive, article};

/// Two stories: one that three papers carry in March and one in April, and one of one paper.
fn archive() -> Archive {
    let carried = "三月十二日清晨，清河水库开闸放水，沿岸三十六个村庄的春灌用水有了着落。管理处主任说，今年蓄水比往年多两成，\
                   可以满足下游八万亩麦田的头遍水。农户老周扛着铁锹守在渠边，说这水来得正是时候，再晚几天麦苗就要打蔫了。";
    let alone = "城南小学的孩子们昨天去了水库，跟着护林员认树、捡垃圾，还在坝上放飞了自己做的风筝。老师说，课本里的蓄水和泄洪，\
                 孩子们站在坝上一看就明白了，回来以后每人写了一篇日记，准备贴在教室后面的墙上。";
    Archive::of(vec![
        article("a", Some("2024-03-12"), "清河日报", carried),
        article("b", Some("2024-03-12"), "北岭晚报", carried),
        article("c", Some("2024-03-13"), "南港晨报", carried),
        article("d", Some("2024-04-02"), "东山周刊", carried),
        article("e", None, "西湾快讯", carried),
        article("f", Some("2024-03-20"), "清河日报", alone),
    ])
}

#[test]
fn a_story_counts_once_in_a_period_and_once_in_all() {
    let archive = archive();
    for (count, months, undated, total) in [
        (Count::Articles, [4, 1], 1, 6),
        (Count::Stories, [2, 1], 1, 2),
    ] {
        let query = Query::new("水库").count(count);
        let trends = archive
            .searcher()
            .trends(&query, Interval::Month)
            .unwrap()
            .all;
        let counts: Vec<usize> = trends
            .buckets
            .iter()
            .map(|it| it.coverage.matches)
            .collect();
        assert_eq!(counts, months, "{count:?}");
        assert_eq!(trends.undated.matches, undated, "{count:?}");
        assert_eq!(trends.total.matches, total, "{count:?}");
        // All of them match.
        assert_eq!(trends.total.articles, total, "{count:?}");
    }
    let results = archive.searcher().search(&Query::new("水库")).unwrap();
    assert_eq!((results.total, results.stories), (6, Some(2)));
}
