//! Tables as RFC 4180 has them: a header, fields separated by commas, lines ended by CR LF, quotes only where needed.

use std::io::{self, Write};

use anyhow::Result;

/// What tells spreadsheets that UTF-8 follows.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A table on its way to standard output.
pub(crate) struct Table<'o> {
    writer: csv::Writer<&'o mut dyn Write>,
}

impl<'o> Table<'o> {
    /// Begins a table with its header.
    pub(crate) fn new<'f>(
        out: &'o mut dyn Write,
        bom: bool,
        header: impl IntoIterator<Item = &'f str>,
    ) -> Result<Self> {
        if bom {
            out.write_all(BYTE_ORDER_MARK.as_bytes())?;
        }
        let writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(out);
        let mut this = Self { writer };
        this.row(header)?;
        Ok(this)
    }

    /// Adds a row, of as many fields as the header has.
    pub(crate) fn row<'f>(&mut self, fields: impl IntoIterator<Item = &'f str>) -> Result<()> {
        let written = self.writer.write_record(fields);
        Ok(written.map_err(|error| match error.into_kind() {
            // As what it is, so that a reader that has gone away is noticed.
            csv::ErrorKind::Io(error) => error,
            kind => io::Error::other(format!("{kind:?}")),
        })?)
    }

    /// Hands on what is still buffered.
    pub(crate) fn finish(mut self) -> Result<()> {
        Ok(self.writer.flush()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_where_they_have_to_be() {
        let mut out = Vec::new();
        let mut table = Table::new(&mut out, true, ["标题", "正文"]).unwrap();
        for row in [
            ["文明城市", "无须引号"],
            ["逗号,", "他说\"好\"。"],
            ["两\n行", "回车\r"],
            ["", " 空白 "],
        ] {
            table.row(row).unwrap();
        }
        table.finish().unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(
            text,
            "\u{feff}标题,正文\r\n文明城市,无须引号\r\n\"逗号,\",\"他说\"\"好\"\"。\"\r\n\"两\n行\",\"回车\r\"\r\n, 空白 \r\n"
        );
    }
}
