//! Writing the file, from its beginning to its end.

use std::io::{self, Seek, SeekFrom, Write};

use super::{
    ARTICLE, CHECKSUM_AT, FIRST_OF_COMPONENT, FIRST_OF_STORY, HEADER, MAGIC, MEMBER, NUMBER,
    PLACED, Stored, VERSION, bucket, n_buckets,
};

/// So many bytes are put together before they are hashed and written.
const BLOCK: usize = 1 << 17;

/// The articles that hang together with others: by component, story and key.
#[derive(Clone, Debug, Default)]
pub(crate) struct Members {
    /// The place of each among all articles, in the order of keys, with the marks that the file has.
    articles: Vec<u32>,
    n_groups: u32,
}

impl Members {
    /// All articles' places are below this.
    pub(crate) const MAX_ARTICLES: usize = 1 << NUMBER.count_ones();

    /// Adds what hangs together: its stories, of each the places of its articles in ascending order.
    ///
    /// Components come in the order of their least places, and stories do.
    pub(crate) fn push(&mut self, stories: &[Vec<u32>]) {
        for (i, story) in stories.iter().enumerate() {
            for (j, &article) in story.iter().enumerate() {
                let first_of_component = if i + j == 0 { FIRST_OF_COMPONENT } else { 0 };
                let first_of_story = if j == 0 { FIRST_OF_STORY } else { 0 };
                self.articles
                    .push(article | first_of_component | first_of_story);
            }
        }
        self.n_groups += stories.len() as u32;
    }

    /// The bytes of the file of so many articles.
    pub(crate) fn file_len(&self, n_articles: usize) -> usize {
        let n_placed = self.articles.len();
        let rest = (n_buckets(n_placed) + 1) * 4 + n_placed * (PLACED + MEMBER);
        HEADER + n_articles * ARTICLE + rest
    }
}

/// Writes the file of articles, which come in the order of their keys; `key` tells the key of an article by its place.
///
/// What is written begins where `out` stands, and `out` stands at its end afterwards.
///
/// # Errors
///
/// `out` cannot be written.
pub(crate) fn write(
    out: &mut (impl Write + Seek),
    articles: impl ExactSizeIterator<Item = Stored>,
    key: impl Fn(usize) -> u64,
    members: Members,
) -> io::Result<()> {
    let Members {
        articles: mut members,
        n_groups,
    } = members;
    let mut placed: Vec<u32> = members.iter().map(|member| member & NUMBER).collect();
    placed.sort_unstable();
    let start = out.stream_position()?;
    let mut header = [0; HEADER];
    header[..8].copy_from_slice(MAGIC);
    header[8..12].copy_from_slice(&VERSION.to_le_bytes());
    header[16..24].copy_from_slice(&(articles.len() as u64).to_le_bytes());
    header[24..28].copy_from_slice(&(placed.len() as u32).to_le_bytes());
    header[28..32].copy_from_slice(&n_groups.to_le_bytes());
    out.write_all(&header)?;
    let mut body = Body::new(out);
    body.hasher.update(&header[..CHECKSUM_AT]);
    for article in articles {
        body.put(&article.key.to_le_bytes())?;
        body.put(&article.fingerprint.to_bytes())?;
        body.put(&article.n_look_alikes.to_le_bytes()[..3])?;
    }
    let n_buckets = n_buckets(placed.len());
    let mut first = 0;
    for i in 0..=n_buckets {
        let is_before = |&article: &u32| bucket(key(article as usize), n_buckets) < i;
        first += placed[first..]
            .iter()
            .take_while(|article| is_before(article))
            .count();
        body.put(&(first as u32).to_le_bytes())?;
    }
    let mut places = vec![0_u32; placed.len()];
    for (place, member) in members.iter_mut().enumerate() {
        let article = *member & NUMBER;
        let number = placed.partition_point(|&other| other < article);
        places[number] = place as u32;
        *member = *member & !NUMBER | number as u32;
    }
    for (&article, place) in placed.iter().zip(&places) {
        body.put(&key(article as usize).to_le_bytes())?;
        body.put(&place.to_le_bytes())?;
    }
    for member in members {
        body.put(&member.to_le_bytes())?;
    }
    let checksum = body.finish()?;
    let end = out.stream_position()?;
    out.seek(SeekFrom::Start(start + CHECKSUM_AT as u64))?;
    out.write_all(checksum.as_bytes())?;
    out.seek(SeekFrom::Start(end))?;
    Ok(())
}

/// What follows the header: hashed and written in blocks.
struct Body<'o, W> {
    out: &'o mut W,
    block: Vec<u8>,
    hasher: blake3::Hasher,
}

impl<'o, W: Write> Body<'o, W> {
    fn new(out: &'o mut W) -> Self {
        Self {
            out,
            block: Vec::with_capacity(BLOCK),
            hasher: blake3::Hasher::new(),
        }
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.block.len() + bytes.len() > BLOCK {
            self.flush()?;
        }
        self.block.extend(bytes);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.hasher.update(&self.block);
        self.out.write_all(&self.block)?;
        self.block.clear();
        Ok(())
    }

    /// Writes what is left, and gives the checksum.
    fn finish(mut self) -> io::Result<blake3::Hash> {
        self.flush()?;
        Ok(self.hasher.finalize())
    }
}
