//! Stable identifiers: of a URL, of a path, of content.

use std::path::{Component, Path};

/// Query parameters that say how a reader came, not what is read.
const TRACKING: [&str; 24] = [
    "spm",
    "scm",
    "fbclid",
    "gclid",
    "msclkid",
    "isappinstalled",
    "nsukey",
    "wfr",
    "share_token",
    "share_from",
    "share_id",
    "sharer",
    "shareuid",
    "share",
    "tt_from",
    "bd_vid",
    "bdmsource",
    "from_source",
    "clicktime",
    "enterid",
    "f_link_type",
    "_from",
    "hmsr",
    "hmpl",
];

/// Values of `from` that messengers add.
const FROM: [&str; 6] = [
    "timeline",
    "singlemessage",
    "groupmessage",
    "weixin",
    "wechat",
    "qq",
];

/// The identifier of the page at `url`: the URL without what does not change the page.
///
/// Without scheme, `www.`, default port, fragment, tracking parameters and closing slash; host in lower case, parameters in
/// order of their names. `None` where the URL is not absolute, or names a site and no page in it.
pub(crate) fn of_url(url: &str) -> Option<String> {
    let url = url.trim();
    let rest = strip_scheme(url)?;
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = host.rsplit('@').next()?.to_ascii_lowercase();
    let host = host
        .strip_suffix(":80")
        .or(host.strip_suffix(":443"))
        .unwrap_or(&host);
    let host = host.strip_prefix("www.").unwrap_or(host);
    if host.is_empty() || host.contains(char::is_whitespace) {
        return None;
    }
    let mut id = host.to_owned();
    push_path(path, &mut id);
    let mut parameters: Vec<&str> = query
        .split('&')
        .filter(|parameter| !parameter.is_empty() && !is_tracking(parameter))
        .collect();
    parameters.sort_by_key(|parameter| parameter.split('=').next());
    for (i, parameter) in parameters.iter().enumerate() {
        id.push(if i == 0 { '?' } else { '&' });
        id.push_str(parameter);
    }
    // Pages drawn by script have their path behind the hash sign.
    if fragment.trim_start_matches('!').starts_with('/') {
        id.push('#');
        id.push_str(fragment);
    }
    (id.len() > host.len()).then_some(id)
}

/// The identifier of the file at `relative`, a path below the corpus's root: its parts joined by `/`.
///
/// Bytes that are not UTF-8 become `%XX`.
pub(crate) fn of_path(relative: &Path) -> String {
    let mut id = String::new();
    for component in relative.components() {
        if let Component::Normal(name) = component {
            if !id.is_empty() {
                id.push('/');
            }
            for chunk in name.as_encoded_bytes().utf8_chunks() {
                id.push_str(chunk.valid());
                for byte in chunk.invalid() {
                    id.push_str(&format!("%{byte:02X}"));
                }
            }
        }
    }
    id
}

/// The identifier of bytes without a place.
pub(crate) fn of_content(bytes: &[u8]) -> String {
    of_hash(&blake3::hash(bytes))
}

/// The identifier of bytes without a place, of which this is the hash.
pub(crate) fn of_hash(hash: &blake3::Hash) -> String {
    hash.to_hex()[..32].to_owned()
}

/// A number of a text that is the same on every machine and in every version; `kind` keeps texts of different kinds apart.
pub(crate) fn key(kind: u8, parts: &[&str]) -> u64 {
    short(&hash_of(kind, parts))
}

/// As [`key`], and so long that two texts with the same number are not met with.
pub(crate) fn digest(kind: u8, parts: &[&str]) -> [u8; 16] {
    let hash = hash_of(kind, parts);
    *hash.as_bytes().first_chunk().expect("a hash has 32 bytes")
}

fn hash_of(kind: u8, parts: &[&str]) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&[kind]);
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize()
}

/// The first 64 bits of a hash.
pub(crate) fn short(hash: &blake3::Hash) -> u64 {
    let (first, _) = hash
        .as_bytes()
        .split_first_chunk()
        .expect("a hash has 32 bytes");
    u64::from_le_bytes(*first)
}

fn strip_scheme(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once("//")?;
    let known = ["http:", "https:", ""]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known));
    known.then_some(rest)
}

fn push_path(path: &str, id: &mut String) {
    let start = id.len();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                let parent = id[start..].rfind('/').map_or(start, |slash| start + slash);
                id.truncate(parent);
            }
            part => {
                id.push('/');
                id.push_str(part);
            }
        }
    }
}

fn is_tracking(parameter: &str) -> bool {
    let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
    let name = name.to_ascii_lowercase();
    name.starts_with("utm_")
        || TRACKING.contains(&name.as_str())
        || (name == "from" && FROM.contains(&value.to_ascii_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_change_the_page_is_not_in_the_id() {
        for url in [
            "http://www.a.cn/2024/01/t1.html",
            "https://a.cn/2024/01/t1.html",
            "//A.CN/2024/01/t1.html#comments",
            "http://a.cn:80/2024/01/t1.html?utm_source=x&spm=1&from=timeline",
            "https://user@a.cn:443/2024/./02/../01//t1.html/",
        ] {
            assert_eq!(
                of_url(url).as_deref(),
                Some("a.cn/2024/01/t1.html"),
                "{url}"
            );
        }
    }

    #[test]
    fn what_changes_it_is() {
        for (url, id) in [
            ("http://a.cn/d?id=2&from=5", "a.cn/d?from=5&id=2"),
            ("http://a.cn/d?page=1&id=2", "a.cn/d?id=2&page=1"),
            ("http://a.cn:8080/d", "a.cn:8080/d"),
            ("http://m.a.cn/d", "m.a.cn/d"),
            ("http://a.cn/#/news/1", "a.cn#/news/1"),
        ] {
            assert_eq!(of_url(url).as_deref(), Some(id), "{url}");
        }
    }

    #[test]
    fn a_site_and_a_fragment_of_a_url_name_no_page() {
        for url in [
            "",
            "http://",
            "http://www.a.cn",
            "http://www.a.cn/",
            "http://a.cn/#top",
            "/a/b.html",
            "javascript:void(0)",
        ] {
            assert_eq!(of_url(url), None, "{url}");
        }
    }

    #[test]
    fn paths_are_normalised() {
        assert_eq!(
            of_path(Path::new("./2024//一月/a.html")),
            "2024/一月/a.html"
        );
        #[cfg(unix)]
        {
            use std::os::unix::ffi::OsStrExt;
            let name = std::ffi::OsStr::from_bytes(b"d/\xb3\xc7.html");
            assert_eq!(of_path(Path::new(name)), "d/%B3%C7.html");
        }
    }
}
