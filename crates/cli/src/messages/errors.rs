//! What the libraries report, in the user's language: they speak English themselves.

use std::error::Error as StdError;

use fangzhi_index::{Error as IndexError, Problem, ProblemKind};
use fangzhi_ingest::{Error as PageError, ErrorKind};
use fangzhi_regions::Error as PlacesError;
use fangzhi_segmentation::{Error as DictionaryError, Flaw};

use super::Language;

/// A failed command's error with all its causes.
pub(crate) fn error(error: &anyhow::Error, language: Language) -> String {
    let causes: Vec<String> = error.chain().map(|cause| one(cause, language)).collect();
    causes.join(match language {
        Language::English => ": ",
        Language::Chinese => "：",
    })
}

/// Why a page failed.
pub(crate) fn page(error: &PageError, language: Language) -> String {
    let reason = match language {
        Language::English => return error.to_string(),
        Language::Chinese => reason(error.kind()),
    };
    match error.path() {
        Some(path) => format!("无法读取 `{}`：{reason}", path.display()),
        None => format!("无法读取网页：{reason}"),
    }
}

/// What was not understood of a query.
pub(crate) fn problem(problem: &Problem, language: Language) -> String {
    if language == Language::English {
        return problem.to_string();
    }
    let what = problem_kind(&problem.message, language);
    format!("{what}（第 {} 字）", problem.position + 1)
}

/// The same, wherever it stands.
pub(crate) fn problem_kind(kind: &ProblemKind, language: Language) -> String {
    use ProblemKind as K;
    if language == Language::English {
        return kind.to_string();
    }
    match kind {
        K::UnclosedQuote => "引号不成对".to_owned(),
        K::UnclosedParenthesis => "缺少右括号".to_owned(),
        K::UnopenedParenthesis => "缺少左括号".to_owned(),
        K::Empty => "没有可检索的内容".to_owned(),
        K::DanglingOperator(operator) => format!("`{operator}` 没有可连接的词"),
        K::FieldWithoutValue(name) => format!("`{name}:` 之后没有内容"),
        K::UnknownField(name) => format!("没有名为 `{name}` 的字段"),
        K::BadDate(date) => format!("无法识别日期 `{date}`"),
        K::UnknownRegion(name) => format!("没有名为 `{name}` 的地区"),
        K::AmbiguousRegion { name, regions } => {
            let n = regions.len();
            format!(
                "`{name}` 是 {n} 个地区的名称，任一均算：{}",
                regions.join("、")
            )
        }
        K::ReversedDates => "日期范围首尾颠倒".to_owned(),
        K::LeadingWildcard => "词首不能用通配符".to_owned(),
        K::FuzzyNotLatin => "`~` 只能用于拉丁字母的词".to_owned(),
        K::OutOfRange => "数值超出范围".to_owned(),
        K::TooLong => "查询过长".to_owned(),
        K::TooManyClauses => "条件过多".to_owned(),
        K::TooDeep => "括号嵌套过深".to_owned(),
        other => other.to_string(),
    }
}

fn one(cause: &(dyn StdError + 'static), language: Language) -> String {
    if language == Language::English {
        return cause.to_string();
    }
    if let Some(error) = cause.downcast_ref::<PageError>() {
        page(error, language)
    } else if let Some(error) = cause.downcast_ref::<IndexError>() {
        index(error)
    } else if let Some(error) = cause.downcast_ref::<DictionaryError>() {
        dictionary(error)
    } else if let Some(error) = cause.downcast_ref::<PlacesError>() {
        places(error)
    } else {
        cause.to_string()
    }
}

fn reason(kind: &ErrorKind) -> String {
    match kind {
        ErrorKind::Empty => "文件为空".to_owned(),
        ErrorKind::TooLarge { limit, .. } => format!("超过 {limit} 字节的上限"),
        ErrorKind::NotText => "不是文本文件".to_owned(),
        ErrorKind::Decompress(reason) => format!("无法解压：{reason}"),
        ErrorKind::Json { line, reason } => format!("第 {line} 行：{reason}"),
        ErrorKind::Warc { record, reason } => format!("第 {record} 条记录：{reason}"),
        ErrorKind::Special => "不是普通文件".to_owned(),
        other => other.to_string(),
    }
}

fn index(error: &IndexError) -> String {
    match error {
        IndexError::NotFound { dir } => format!("`{}` 中没有索引", dir.display()),
        IndexError::AlreadyExists { dir } => format!("`{}` 中已有索引", dir.display()),
        IndexError::FormatVersion {
            dir,
            found,
            supported,
        } => format!(
            "`{}` 中的索引格式为 {found}，本程序只能读取格式 {supported}：请重建索引",
            dir.display()
        ),
        IndexError::Locked { dir, holder } => {
            format!("`{}` 中的索引正由 {holder} 写入", dir.display())
        }
        IndexError::Io { path, .. } => format!("无法读写 `{}`", path.display()),
        IndexError::Damaged { path, reason } => format!("`{}` 已损坏：{reason}", path.display()),
        IndexError::Settings { path, reason } => {
            format!("无法使用 `{}`：{reason}", path.display())
        }
        IndexError::Article { id, reason } => format!("无法加入文章 `{id}`：{reason}"),
        IndexError::UnknownArticle { id } => format!("索引中没有文章 `{id}`"),
        IndexError::UnknownRegion { name } => format!("没有名为 `{name}` 的地区"),
        other => other.to_string(),
    }
}

fn dictionary(error: &DictionaryError) -> String {
    match error {
        DictionaryError::Read { path, .. } => format!("无法读取词典 `{}`", path.display()),
        DictionaryError::Line { path, line, reason } => {
            format!("`{}` 第 {line} 行：{reason}", path.display())
        }
        DictionaryError::Compiled { path, flaw } => {
            format!("无法使用词典 `{}`：{}", path.display(), self::flaw(*flaw))
        }
        other => other.to_string(),
    }
}

fn flaw(flaw: Flaw) -> String {
    match flaw {
        Flaw::Foreign => "不是编译好的词典".to_owned(),
        Flaw::Version { found, supported } => {
            format!("其格式为 {found}，本程序只能读取格式 {supported}：请重新编译")
        }
        Flaw::Length => "已损坏：长度与文件头不符".to_owned(),
        Flaw::Header => "已损坏：文件头自相矛盾".to_owned(),
        Flaw::Checksum => "已损坏：校验和与内容不符".to_owned(),
        Flaw::NotFirst => "编译好的词典已含内置词语，须在其他词典之前".to_owned(),
        other => other.to_string(),
    }
}

fn places(error: &PlacesError) -> String {
    match error {
        PlacesError::Read { path, .. } => format!("无法读取地名文件 `{}`", path.display()),
        PlacesError::Line { path, line, reason } => {
            format!("`{}` 第 {line} 行：{reason}", path.display())
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_is_said_once_in_either_language() {
        let source = std::io::Error::other("磁盘已满");
        let cause = DictionaryError::Read {
            path: "words.txt".into(),
            source,
        };
        let wrapped = anyhow::Error::from(cause);
        for (language, expect) in [
            (
                Language::English,
                "cannot read dictionary `words.txt`: 磁盘已满",
            ),
            (Language::Chinese, "无法读取词典 `words.txt`：磁盘已满"),
        ] {
            assert_eq!(error(&wrapped, language), expect);
        }
    }
}
