//! A directory of pages to read.

use std::io::Write;
use std::path::{Path, PathBuf};

use fangzhi_ingest::{Corpus, Extractor, Outcome};
use tempfile::TempDir;

/// A directory that is gone when the test is over.
pub(crate) struct Fixture {
    dir: TempDir,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn root(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file, with the directories it is in.
    pub(crate) fn file(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        self
    }

    /// Writes an HTML page of a story with this headline.
    pub(crate) fn page(self, name: &str, title: &str) -> Self {
        self.file(name, page(title, ""))
    }

    pub(crate) fn corpus(&self) -> Corpus {
        Corpus::new(self.root())
    }

    /// What became of each page: `name: headline`, `name: (reason)`, `name: error kind`.
    pub(crate) fn read(&self) -> Vec<String> {
        self.read_with(Extractor::new())
    }

    pub(crate) fn read_with(&self, extractor: Extractor) -> Vec<String> {
        let name = |path: Option<&Path>| {
            let path = path.unwrap().strip_prefix(self.root()).unwrap();
            path.to_string_lossy().into_owned()
        };
        self.corpus()
            .extractor(extractor)
            .outcomes()
            .map(|outcome| match outcome {
                Ok(Outcome::Skipped(skipped)) => {
                    format!("{}: ({})", name(skipped.path.as_deref()), skipped.reason)
                }
                Ok(outcome) => {
                    let article = outcome.into_article().unwrap();
                    let title = article.title.unwrap_or_default();
                    format!("{}: {title}", name(article.path.as_deref()))
                }
                Err(error) => format!("{}: {}", name(error.path()), error.kind().name()),
            })
            .collect()
    }
}

/// An HTML page of a story with this headline, and `more` at its end.
pub(crate) fn page(title: &str, more: &str) -> String {
    page_with_head(title, "", more)
}

pub(crate) fn page_with_head(title: &str, head: &str, more: &str) -> String {
    format!(
        "<html><head><title>{title}_云河新闻网</title>{head}</head><body><h1>{title}</h1>\
         <div class=\"info\">2024-01-03 15:14:18 来源：云河日报</div><div class=\"content\">\
         <p>　　本报讯 {title}的消息传来，两岸的居民都到桥头来看，从清早一直站到晌午，谁也不肯先走。</p>\
         <p>　　据市里的安排，工程分三期进行，头一期用了四个月，后两期要到明年雨季之前才能完工。</p>\
         <p>　　“修好了，孩子上学就不用绕路。”住在北岸的一位老人说，他在这里过了七十年的河。</p>\
         </div><div class=\"editor\">责任编辑：秦楼月</div>{more}</body></html>"
    )
}

pub(crate) fn gzip(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes.as_ref()).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zstd(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    zstd::encode_all(bytes.as_ref(), 3).unwrap()
}
