//! Articles on several pages, and several pages of one article.

use fangzhi_ingest::Corpus;

use crate::fixture::{Fixture, page, page_with_head};

/// A further page: the same shell, another text.
fn further(title: &str, text: &str, more: &str) -> String {
    format!(
        "<html><head><title>{title}_云河新闻网</title></head><body><h1>{title}</h1>\
         <div class=\"info\">2024-01-03 15:14:18 来源：云河日报</div><div class=\"content\">\
         <p>　　{text}，河道局的人每天两次去看水尺，把数字写在门口的黑板上，谁都可以来抄。</p>\
         <p>　　{text}，渡船的船工最后一次把缆绳解开，又最后一次系上，然后坐在船头抽了一袋烟。</p>\
         <p>　　{text}，镇上的中学生画了三十张桥的画，挂满了文化站的走廊，要挂到新年之后才收。</p>\
         </div>{more}</body></html>"
    )
}

#[test]
fn further_pages_are_one_article() {
    let fixture = Fixture::new()
        .file(
            "n/c_81.html",
            page(
                "旧桥通车",
                "<a href=\"c_81_2.html\">2</a> <a href=\"c_81_2.html\">下一页</a>",
            ),
        )
        .file(
            "n/c_81_2.html",
            further(
                "旧桥通车(2)",
                "第二天",
                "<a href=\"c_81.html\">上一页</a> <a href=\"c_81_3.html\">下一页</a>",
            ),
        )
        .file(
            "n/c_81_3.html",
            further(
                "旧桥通车(3)",
                "第三天",
                "<a href=\"c_81_2.html\">上一页</a>",
            ),
        )
        .page("n/c_82.html", "另一座桥");
    assert_eq!(
        fixture.read(),
        [
            "n/c_82.html: 另一座桥",
            "n/c_81.html: 旧桥通车",
            "n/c_81_2.html: (continuation)",
            "n/c_81_3.html: (continuation)",
        ]
    );
    let article = fixture.corpus().articles().nth(1).unwrap().unwrap();
    assert_eq!(article.id, "n/c_81.html");
    let body = article.body_text();
    let places: Vec<usize> = ["本报讯", "第二天", "第三天"]
        .map(|word| body.find(word).unwrap())
        .to_vec();
    assert!(places.is_sorted(), "{body}");
    assert_eq!(body.matches("第二天").count(), 3);
}

#[test]
fn twins_are_one_article() {
    let canonical = "<link rel=\"canonical\" href=\"http://www.a.cn/2024/t1.html\">";
    let fixture = Fixture::new()
        .file("2024/t1.html", page_with_head("旧桥通车", canonical, ""))
        .file("amp/t1.html", page_with_head("旧桥通车", canonical, ""))
        .file(
            "m/t1.html",
            page_with_head("旧桥通车", &canonical.replace("www.", ""), ""),
        )
        .file(
            "print/t1.html",
            page_with_head(
                "旧桥通车",
                &canonical.replace("t1.html", "t1.html?utm_source=print"),
                "",
            ),
        );
    assert_eq!(
        fixture.read(),
        [
            "2024/t1.html: 旧桥通车",
            "amp/t1.html: (twin)",
            "m/t1.html: (twin)",
            "print/t1.html: (twin)"
        ]
    );
}

#[test]
fn another_text_under_an_address_is_another_version() {
    let canonical = "<link rel=\"canonical\" href=\"http://www.a.cn/2024/t1.html\">";
    let page =
        |title: &str, text: &str| page_with_head(title, canonical, "").replace("用了四个月", text);
    let fixture = Fixture::new()
        .file("1/t1.html", page("旧桥通车", "用了四个月"))
        .file("2/t1.html", page("旧桥通车", "用了五个月"))
        .file("3/t1.html", page("旧桥昨日通车", "用了五个月"))
        .file("4/t1.html", page("旧桥昨日通车", "用了六个月"))
        // What differs in white space alone is a twin of one of them.
        .file("5/t1.html", page("旧桥通车", "用了 五个月"))
        .file("6/t1.html", page("旧桥通车", "用了四个月"));
    assert_eq!(
        fixture.read(),
        [
            "1/t1.html: 旧桥通车",
            "2/t1.html: 旧桥通车",
            "3/t1.html: 旧桥昨日通车",
            "4/t1.html: 旧桥昨日通车",
            "5/t1.html: (twin)",
            "6/t1.html: (twin)"
        ]
    );
    let ids: Vec<String> = Corpus::new(fixture.root())
        .articles()
        .map(|article| article.unwrap().id)
        .collect();
    assert_eq!(ids[0], "a.cn/2024/t1.html");
    for id in &ids[1..] {
        let (page, version) = id.rsplit_once('#').unwrap();
        assert_eq!((page, version.len()), ("a.cn/2024/t1.html", 8));
    }
    assert_eq!(
        ids.iter().collect::<std::collections::HashSet<_>>().len(),
        4
    );
}

#[test]
fn one_address_on_all_pages_of_a_site_loses_none() {
    let home = "<link rel=\"canonical\" href=\"http://www.a.cn/\">";
    let list = "<link rel=\"canonical\" href=\"http://www.a.cn/news/list.html\">";
    let fixture = Fixture::new()
        .file("1.html", page_with_head("甲桥通车", home, ""))
        .file("2.html", page_with_head("乙桥通车", home, ""))
        .file("3.html", page_with_head("丙桥通车", list, ""))
        .file("4.html", page_with_head("丁桥通车", list, ""));
    assert_eq!(
        fixture.read(),
        [
            "1.html: 甲桥通车",
            "2.html: 乙桥通车",
            "3.html: 丙桥通车",
            "4.html: 丁桥通车"
        ]
    );
    let mut ids: Vec<String> = Corpus::new(fixture.root())
        .articles()
        .map(|article| article.unwrap().id)
        .collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 4);
}
