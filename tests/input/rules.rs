//! Site rules from a file.

use fangzhi_ingest::{Extractor, Page, SiteRules};

use crate::fixture::Fixture;

#[test]
fn a_rule_is_applied_to_its_site_and_shown_in_the_trace() {
    let fixture = Fixture::new()
        .file(
            "rules.toml",
            "[[site]]\nhost = \"a.cn\"\ntitle = \".t\"\nbody = \".b\"\n",
        )
        .file("wrong.toml", "[[site]]\nhost = \"a.cn\"\ntitle = \"..\"\n");
    let rules = SiteRules::load(fixture.path("rules.toml")).unwrap();
    let extractor = Extractor::new().site_rules(rules);
    let html = "<html><body><div class=t>旧桥通车</div><div class=b>桥通了。<br>两岸的人都来看。</div></body></html>";
    let page = Page::new(html).url("http://www.a.cn/1.html");
    let (article, trace) = extractor.explain(&page).unwrap();
    assert_eq!(article.title.as_deref(), Some("旧桥通车"));
    assert_eq!(article.body_text(), "桥通了。\n两岸的人都来看。");
    assert!(
        trace
            .fields
            .iter()
            .any(|field| field.field == "title" && field.rule == "site rule")
    );
    assert_eq!(extractor.articles(&page).len(), 1);
    assert_eq!(Extractor::new().articles(&page).len(), 0);
    let error = SiteRules::load(fixture.path("wrong.toml")).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("wrong.toml`: line 3: `..` is not a CSS selector"),
        "{error}"
    );
}
