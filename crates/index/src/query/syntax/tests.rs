//! The cases of `tests/query/syntax.txt`, and the laws that hold for any input.

use std::fmt::Write;
use std::sync::LazyLock;

use fangzhi_regions::Gazetteer;
use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;

/// A Friday.
const TODAY: Date = date(2024, 3, 15);

/// Reads a query with the built-in regions.
fn read(input: &str) -> Parsed {
    static REGIONS: LazyLock<Gazetteer> = LazyLock::new(Gazetteer::default);
    parse(input, TODAY, &|name| REGIONS.resolve(name))
}

#[test]
fn trees() {
    let mut n_cases = 0;
    let cases = include_str!("../../../../../tests/query/syntax.txt");
    let mut wrong = String::new();
    for (at, line) in cases.lines().enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (query, expect) = line.split_once('\t').unwrap();
        let got = shown(&read(query));
        if got != expect {
            writeln!(
                wrong,
                "line {}:\n    {query}\n  - {expect}\n  + {got}",
                at + 1
            )
            .unwrap();
        }
        n_cases += 1;
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(n_cases > 100);
}

/// The examples of the documentation, in both languages, are understood.
#[test]
fn documented_queries() {
    let english = include_str!("../../../../../docs/query.md");
    let chinese = include_str!("../../../../../docs/query.zh-CN.md");
    let sections = [
        ("## At a glance", "## 一览"),
        ("## And, or, not", "## 与、或、非"),
        ("## Fields", "## 字段"),
    ];
    for (english_name, chinese_name) in sections {
        let [in_english, in_chinese] =
            [(english, english_name), (chinese, chinese_name)].map(|(text, name)| {
                let (_, section) = text.split_once(name).unwrap();
                let section = section.split("\n## ").next().unwrap();
                let table = section.lines().filter(|line| line.starts_with("| `"));
                table
                    .flat_map(|line| line.split('`').skip(1).step_by(2))
                    .map(|query| query.replace("\\|", "|"))
                    .collect::<Vec<_>>()
            });
        assert_eq!(in_english, in_chinese, "{english_name}");
        assert!(in_english.len() > 5, "{english_name}");
        for query in in_english {
            // A table names operators and fields by themselves, too.
            if query.contains(' ') && query != "( )" && query != "（ ）" {
                let parsed = read(&query);
                assert_eq!(parsed.problems, [], "{query}");
                assert!(parsed.root.is_some(), "{query}");
            }
        }
    }
}

/// Text that people paste or type without meaning any operator.
#[test]
fn ordinary_text() {
    let cases = include_str!("../../../../../tests/query/ordinary.txt");
    let mut wrong = String::new();
    for line in cases
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
    {
        let parsed = read(line);
        let text = line.split_whitespace().collect::<Vec<_>>().join(" ");
        if parsed.root != Some(Node::Text { text }) {
            writeln!(wrong, "{line}\n  {}", shown(&parsed)).unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn hostile_input_is_bounded() {
    let clause = "a OR ";
    for input in [
        clause.repeat(10_000),
        "+a ".repeat(10_000),
        "\"a\" ".repeat(10_000),
        "(".repeat(1 << 20),
        ")".repeat(1 << 20),
        "()".repeat(1 << 19),
        "( a".repeat(1 << 18),
        "\"".repeat(1 << 20),
        "“ ".repeat(1 << 19),
        "title:".repeat(1 << 17),
        "NOT ".repeat(1 << 18),
        "-+".repeat(1 << 19),
        "^1".repeat(1 << 19),
        "*".repeat(1 << 20),
        "\0".repeat(1 << 20),
        "文".repeat(1 << 18),
        "date:2023..".repeat(1 << 16),
    ] {
        let parsed = read(&input);
        check(&input, &parsed);
        assert!(
            parsed
                .problems
                .iter()
                .any(|problem| problem.message == ProblemKind::TooLong)
        );
    }
    for nothing in [
        "", " ", "*", "?", "\0", "()", "\"\"", "“”", "-", "+", "…", "（）", "《》",
    ] {
        assert_eq!(read(nothing).root, None, "{nothing}");
    }
}

#[test]
fn problems_read_well() {
    let parsed = read("titel:文明 AND");
    let shown: Vec<_> = parsed.problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "no field is called `titel` at character 1",
            "`AND` has nothing to join at character 10",
        ]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text_gives_a_bounded_tree(input in "\\PC{0,60}") {
        check(&input, &read(&input));
    }

    #[test]
    fn any_syntax_gives_a_bounded_tree(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                " ", " ", "文明", "城市", "a", "5", "\"", "“", "”", "「", "」", "(", ")", "（", "）", "+", "-",
                " AND ", " OR ", " NOT ", " 且 ", " 或 ", " 非 ", "title:", "来源：", "site:", "date:",
                "since:", "region:", "发布地：", "海城", "鼓楼区", "2023", "..", "去年", "*", "?", "~1", "~", "^2", "^", "，", ",", "&&", "||", "\0",
            ]),
            0..40,
        )
    ) {
        let input = parts.concat();
        check(&input, &read(&input));
    }

    #[test]
    fn text_without_marks_stays_whole(words in prop::collection::vec("[a-z\u{4e00}-\u{9fa5}]{2,6}", 1..8)) {
        let input = words.join(" ");
        prop_assert_eq!(read(&input).root, Some(Node::Text { text: input }));
    }
}

/// The laws of `ast.rs`.
fn check(input: &str, parsed: &Parsed) {
    let length = input.chars().count().min(MAX_LENGTH);
    for problem in &parsed.problems {
        assert!(problem.position <= length, "{problem:?} in {input:?}");
    }
    assert!(parsed.problems.is_sorted_by_key(|problem| problem.position));
    if let Some(root) = &parsed.root {
        let mut n_nodes = 0;
        check_node(root, input, false, &mut n_nodes);
        // Every clause has a node or a few around it; and none is made of nothing.
        assert!(
            n_nodes <= 4 * MAX_CLAUSES && n_nodes <= 2 * length + 1,
            "{n_nodes} in {input:?}"
        );
    }
}

fn check_node(node: &Node, input: &str, in_field: bool, n_nodes: &mut usize) {
    *n_nodes += 1;
    match node {
        Node::Text { text } | Node::Phrase { text, .. } | Node::Prefix { text } => {
            assert!(word::is_meaningful(text), "{node:?} in {input:?}");
        }
        Node::Wildcard { pattern } => {
            assert!(
                pattern.starts_with(|c| !matches!(c, '*' | '?')),
                "{node:?} in {input:?}"
            );
            assert!(pattern.contains(['*', '?']), "{node:?} in {input:?}");
        }
        Node::Fuzzy { text, distance } => {
            assert!(
                text.chars().all(char::is_alphabetic),
                "{node:?} in {input:?}"
            );
            assert!((1..=2).contains(distance), "{node:?} in {input:?}");
        }
        Node::Field { node, .. } => {
            assert!(!in_field, "a field in a field in {input:?}");
            check_node(node, input, true, n_nodes);
        }
        Node::Region { codes, .. } => {
            assert!(!in_field, "a region in a field in {input:?}");
            assert!(
                !codes.is_empty() && codes.is_sorted(),
                "{node:?} in {input:?}"
            );
        }
        Node::Dates { since, until } => {
            assert!(!in_field, "a date in a field in {input:?}");
            assert!(since.is_some() || until.is_some(), "no end in {input:?}");
            assert!(
                since.is_none() || until.is_none() || since <= until,
                "{node:?} in {input:?}"
            );
        }
        Node::Boost { node, factor } => {
            assert!(
                *factor > 0.0 && *factor <= MAX_BOOST,
                "{factor} in {input:?}"
            );
            check_node(node, input, in_field, n_nodes);
        }
        Node::AnyOf { .. } => panic!("the parser made {node:?} of {input:?}"),
        Node::Group { clauses } => {
            let n_choices = clauses
                .iter()
                .filter(|clause| clause.occur == Occur::Should)
                .count();
            assert!(
                n_choices == 0 || n_choices == clauses.len(),
                "{node:?} in {input:?}"
            );
            match &clauses[..] {
                [] => panic!("an empty group in {input:?}"),
                [clause] => assert!(
                    matches!(clause.occur, Occur::Must | Occur::MustNot),
                    "{input:?}"
                ),
                _ => {}
            }
            for clause in clauses {
                check_node(&clause.node, input, in_field, n_nodes);
            }
        }
    }
}

/// A tree and its problems on one line.
fn shown(parsed: &Parsed) -> String {
    let mut out = parsed
        .root
        .as_ref()
        .map_or_else(|| "nothing".to_owned(), shown_node);
    for problem in &parsed.problems {
        write!(out, "\t{}:{:?}", problem.position, problem.message).unwrap();
    }
    out
}

fn shown_node(node: &Node) -> String {
    match node {
        Node::Text { text } => format!("[{text}]"),
        Node::Phrase { text, slop: 0 } => format!("\"{text}\""),
        Node::Phrase { text, slop } => format!("\"{text}\"~{slop}"),
        Node::Prefix { text } => format!("prefix {text}"),
        Node::Wildcard { pattern } => format!("wildcard {pattern}"),
        Node::Fuzzy { text, distance } => format!("fuzzy {text} {distance}"),
        Node::Field { field, node } => format!(
            "{}: {}",
            format!("{field:?}").to_lowercase(),
            shown_node(node)
        ),
        Node::Region { field, codes } => {
            // The first codes are enough to tell regions apart.
            let shown: Vec<String> = codes.iter().take(3).map(ToString::to_string).collect();
            let more = if codes.len() > 3 { " …" } else { "" };
            format!(
                "{}: {}{more}",
                format!("{field:?}").to_lowercase(),
                shown.join(" ")
            )
        }
        Node::Dates { since, until } => {
            let end = |date: &Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
            format!("{}..{}", end(since), end(until))
        }
        Node::Boost { node, factor } => format!("{}^{factor}", shown_node(node)),
        Node::AnyOf { alternatives } => alternatives
            .iter()
            .map(shown_node)
            .collect::<Vec<_>>()
            .join(" = "),
        Node::Group { clauses } => {
            let clauses = clauses.iter().map(|clause| {
                let sign = match clause.occur {
                    Occur::Bare => "",
                    Occur::Must => "+",
                    Occur::Should => "|",
                    Occur::MustNot => "-",
                };
                format!("{sign}{}", shown_node(&clause.node))
            });
            format!("({})", clauses.collect::<Vec<_>>().join(" "))
        }
    }
}
