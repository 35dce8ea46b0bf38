//! The stories of an archive that is all there at once.

mod bits;
mod components;
mod join;
mod records;
mod twins;

use std::io::{self, Seek, Write};

use crate::file::{Stored, write};
use crate::fingerprint::Fingerprint;
use records::Records;
use twins::Twins;

pub use records::{RECORD_LEN, record};

/// Finds the stories of articles and writes their file: the same bytes as [`Stories::to_bytes`](crate::Stories) gives
/// of them, in a fraction of the time and memory.
///
/// The articles are [records](record) side by side, in ascending order of their keys, each key once; they may be a file
/// that is mapped into memory.
/// Besides them, some nine bytes of memory are taken an article, eight more where there is a crowd, 16 for each pair of reprints, and some 20 for each
/// article that has any.
/// The bytes are the same for any number of threads; none are as one.
/// The file begins where `out` stands, and `out` stands at its end afterwards.
///
/// ```
/// use fangzhi_reprints::{Fingerprint, StoryTable, record, write_stories};
///
/// let story = "昨日，海城市召开创建全国文明城市动员大会，部署今年的工作。会议要求，各单位要压实责任，\
///     改善市容环境，全年新建口袋公园12处，改造老旧小区35个，让市民在创建中得到实惠。";
/// let bodies = [(3, format!("（本网讯）{story}")), (5, "图片新闻".to_owned()), (7, story.to_owned())];
/// let records: Vec<u8> =
///     bodies.iter().flat_map(|(key, body)| record(*key, &Fingerprint::of(body))).collect();
/// let mut file = std::io::Cursor::new(Vec::new());
/// write_stories(&records, 2, &mut file)?;
///
/// let table = StoryTable::new(file.into_inner(), "memory")?;
/// assert_eq!((table.story(7), table.story(5)), (3, 5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// `out` cannot be written, or, of the kind [`InvalidInput`](io::ErrorKind::InvalidInput) and before anything is
/// written, the bytes are no articles in order.
pub fn write_stories(
    records: &[u8],
    threads: usize,
    out: &mut (impl Write + Seek),
) -> io::Result<()> {
    let records = Records::new(records)?;
    let (twins, is_node) = Twins::find(records);
    let (mut n_look_alikes, edges) = join::join(records, &is_node, threads);
    drop(is_node);
    for (node, articles) in twins.iter() {
        for &article in articles {
            n_look_alikes[article as usize] = n_look_alikes[node as usize];
        }
    }
    let members = components::members(edges, &twins, records.len());
    drop(twins);
    let articles = n_look_alikes
        .iter()
        .enumerate()
        .map(|(place, &n_look_alikes)| {
            let fingerprint = records.fingerprint(place);
            Stored {
                key: records.key(place),
                fingerprint: if fingerprint.is_blank() {
                    Fingerprint::blank()
                } else {
                    fingerprint
                },
                n_look_alikes,
            }
        });
    write(out, articles, |place| records.key(place), members)
}
