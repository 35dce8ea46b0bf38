//! The weight of a term in a text (BM25, k1 = 1.2, b = 0.75).

use tantivy::fieldnorm::FieldNormReader;

const K1: f32 = 1.2;
const B: f32 = 0.75;

/// What a term gives at most, see [`Norms::saturate`].
pub(crate) const MOST: f32 = K1 + 1.0;

/// For each coded length of a text, what is added to a term's frequency below the fraction line.
pub(crate) struct Norms([f32; 256]);

impl Norms {
    /// For a field of `n_tokens` tokens in `n_docs` articles.
    pub(crate) fn new(n_tokens: u64, n_docs: u64) -> Self {
        let average = (n_tokens as f32 / n_docs.max(1) as f32).max(1.0);
        Self(std::array::from_fn(|id| {
            let id = u8::try_from(id).expect("the array has 256 places");
            let length = FieldNormReader::id_to_fieldnorm(id) as f32;
            K1 * (1.0 - B + B * length / average)
        }))
    }

    /// What a term gives that occurs `count` times in a text of this coded length, from 0 to `k1 + 1`.
    #[inline]
    pub(crate) fn saturate(&self, count: u32, length_id: u8) -> f32 {
        let count = count as f32;
        (K1 + 1.0) * count / (count + self.0[usize::from(length_id)])
    }
}

/// How telling a term is that `n` of `n_docs` articles have.
pub(crate) fn idf(n: u64, n_docs: u64) -> f32 {
    let (n, n_docs) = (n as f32, n_docs.max(n) as f32);
    (1.0 + (n_docs - n + 0.5) / (n + 0.5)).ln()
}
