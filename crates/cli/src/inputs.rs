//! What `index build` and `parse` read: paths, and how pages become articles.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Result, bail};
use fangzhi_ingest::{Corpus, Extractor, SiteRules};

use crate::args::ReadArgs;
use crate::console::Console;
use crate::messages::{Language, Message, join};

/// The extractor with the options of the command line.
pub(crate) fn extractor(args: &ReadArgs) -> Result<Extractor> {
    let mut extractor = Extractor::new().max_bytes(args.max_file_size.0);
    if let Some(path) = &args.site_rules {
        extractor = extractor.site_rules(SiteRules::load(path)?);
    }
    Ok(extractor)
}

/// The corpus of the paths, each of which must be there: a mistyped path is an error, not an empty corpus.
pub(crate) fn corpus(paths: &[PathBuf], console: &Console<'_>) -> Result<Corpus> {
    for path in paths {
        let missing = path.as_os_str() != "-"
            && path
                .symlink_metadata()
                .is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound);
        if missing {
            bail!(console.text(Message::NoSuchPath(path)));
        }
    }
    let (first, rest) = paths
        .split_first()
        .expect("the command line asks for a path");
    Ok(rest
        .iter()
        .fold(Corpus::new(first), |corpus, path| corpus.with(path)))
}

/// Where a directory lies within the paths, as walking them names it: an index is no part of the corpus around it.
pub(crate) fn within(paths: &[PathBuf], dir: &Path) -> Vec<PathBuf> {
    let Ok(dir) = std::path::absolute(dir) else {
        return Vec::new();
    };
    let below = |path: &PathBuf| {
        let root = std::path::absolute(path).ok()?;
        Some(path.join(dir.strip_prefix(root).ok()?))
    };
    paths.iter().filter_map(below).collect()
}

/// The number asked for, or the machine's cores.
pub(crate) fn threads(asked: Option<u16>) -> NonZeroUsize {
    asked
        .and_then(|n| NonZeroUsize::new(usize::from(n)))
        .or_else(|| thread::available_parallelism().ok())
        .unwrap_or(NonZeroUsize::MIN)
}

/// The paths as a message names them.
pub(crate) fn list(paths: &[PathBuf], language: Language) -> String {
    join(language, paths.iter().map(|path| quoted(path)))
}

fn quoted(path: &Path) -> String {
    format!("`{}`", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_within_the_corpus_is_found_under_the_name_it_is_walked_by() {
        for (path, dir, expect) in [
            (".", "news.index", Some("./news.index")),
            ("pages", "pages/index", Some("pages/index")),
            ("./pages/", "pages/index", Some("./pages/index")),
            ("pages", "index", None),
            ("/srv/pages", "/srv/pages/index", Some("/srv/pages/index")),
            ("/srv/pages", "/srv/pages2", None),
        ] {
            let found = within(&[path.into()], Path::new(dir));
            let expect: Vec<PathBuf> = expect.map(PathBuf::from).into_iter().collect();
            assert_eq!(found, expect, "{path} {dir}");
        }
    }
}
