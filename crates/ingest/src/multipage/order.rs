//! The order of parts as an order of bytes: by place, then by path.
//!
//! Texts count to a length that names have; beyond it, those that begin alike are in an order of no meaning.

use std::path::{Component, Path};

use super::links::Place;

/// So many bytes of a text count; a record is no longer, whatever a page says of its address.
const MAX_TEXT: usize = 1024;

/// Appends bytes that compare as a place and a path do, whatever follows them.
pub(super) fn put(place: &Place, path: Option<&Path>, out: &mut Vec<u8>) {
    for text in [&place.scope, &place.file, &place.base] {
        put_text(text.as_bytes(), out);
    }
    out.extend(place.number.to_be_bytes());
    out.push(u8::from(path.is_some()));
    for component in path.into_iter().flat_map(Path::components) {
        out.push(rank(component));
        put_text(component.as_os_str().as_encoded_bytes(), out);
    }
    out.push(0);
}

/// Appends bytes that compare as the text does; none of them is the beginning of another's.
fn put_text(text: &[u8], out: &mut Vec<u8>) {
    let (start, rest) = text.split_at(text.len().min(MAX_TEXT));
    for &byte in start {
        match byte {
            0 => out.extend([0, 1]),
            byte => out.push(byte),
        }
    }
    match rest {
        [] => out.extend([0, 0]),
        _ => {
            out.push(1);
            out.extend(blake3::hash(text).as_bytes());
        }
    }
}

/// The order of kinds of components; not 0, which ends a path.
fn rank(component: Component<'_>) -> u8 {
    match component {
        Component::Prefix(_) => 1,
        Component::RootDir => 2,
        Component::CurDir => 3,
        Component::ParentDir => 4,
        Component::Normal(_) => 5,
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use proptest::prelude::*;

    use super::*;

    fn any_place() -> impl Strategy<Value = Place> {
        let text = || "[ab\u{0}\u{1}城]{0,2}";
        (text(), text(), text(), 0u32..300).prop_map(|(scope, file, base, number)| Place {
            scope,
            file,
            base,
            number,
        })
    }

    fn any_path() -> impl Strategy<Value = Option<PathBuf>> {
        let path = "[./]{0,2}([ab.\u{0}\u{1}-]{1,2}[/.]{0,2}){0,3}";
        proptest::option::of(path.prop_map(PathBuf::from))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn bytes_compare_as_parts_do(
            a in any_place(), b in any_place(), path_a in any_path(), path_b in any_path(),
            same_place in any::<bool>(), rest_a in any::<u8>(), rest_b in any::<u8>(),
        ) {
            let b = if same_place { a.clone() } else { b };
            let bytes = |place, path: &Option<PathBuf>, rest| {
                let mut bytes = Vec::new();
                put(place, path.as_deref(), &mut bytes);
                bytes.push(rest);
                bytes
            };
            let expected = (&a, &path_a, rest_a).cmp(&(&b, &path_b, rest_b));
            prop_assert_eq!(bytes(&a, &path_a, rest_a).cmp(&bytes(&b, &path_b, rest_b)), expected);
        }
    }

    #[test]
    fn long_texts_are_told_apart_in_few_bytes() {
        let bytes = |end: &str| {
            let mut bytes = Vec::new();
            put_text(("a".repeat(MAX_TEXT - 1) + end).as_bytes(), &mut bytes);
            bytes
        };
        let long = "b".repeat(1 << 20);
        let ends = ["", "a", "ab", "abc", "b", &long, "c"];
        for (i, a) in ends.iter().enumerate() {
            assert!(bytes(a).len() < MAX_TEXT + 40, "{}", a.len());
            for (j, b) in ends.iter().enumerate() {
                let are_alike = a.len().min(b.len()) > 1 && a[..1] == b[..1];
                let order = bytes(a).cmp(&bytes(b));
                match are_alike && i != j {
                    true => assert!(order.is_ne()),
                    false => assert_eq!(order, i.cmp(&j), "{i} {j}"),
                }
            }
        }
    }
}
