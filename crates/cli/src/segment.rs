//! `fangzhi segment`: the words, terms or tokens of a text.

use std::io::{self, BufRead as _};
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use fangzhi_segmentation::{Dictionary, Layer, Segmenter};
use serde::Serialize;

use crate::args::{Format, LayerChoice, SegmentArgs};
use crate::console::Console;
use crate::messages::Message;

/// A piece of a text in JSON.
#[derive(Serialize)]
struct Piece<'t> {
    text: &'t str,
    /// Bytes of the original text.
    start: usize,
    end: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<usize>,
}

pub(crate) fn run(args: &SegmentArgs, console: &mut Console<'_>) -> Result<()> {
    let segmenter = Segmenter::new(dictionary(&args.dict)?);
    if args.text != "-" {
        return print(args, &segmenter, &args.text, console);
    }
    let mut line = Vec::new();
    let mut input = io::stdin().lock();
    loop {
        line.clear();
        let n_bytes = input
            .read_until(b'\n', &mut line)
            .with_context(|| console.text(Message::CannotReadInput))?;
        if n_bytes == 0 {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&line);
        print(
            args,
            &segmenter,
            text.trim_end_matches(['\r', '\n']),
            console,
        )?;
    }
}

/// The built-in dictionary with the words of the files.
pub(crate) fn dictionary(files: &[PathBuf]) -> Result<Dictionary> {
    let mut dictionary = Dictionary::default();
    for file in files {
        dictionary = dictionary.with_file(file)?;
    }
    Ok(dictionary)
}

fn print(
    args: &SegmentArgs,
    segmenter: &Segmenter,
    text: &str,
    console: &mut Console<'_>,
) -> Result<()> {
    let layer = args.layer.map(|layer| match layer {
        LayerChoice::Words => Layer::Words,
        LayerChoice::Bigrams => Layer::Bigrams,
        LayerChoice::Chars => Layer::Chars,
    });
    if args.terms || layer.is_some() {
        let terms = match layer {
            Some(layer) => segmenter.layer(layer, text),
            None => segmenter.terms(text),
        };
        let pieces: Vec<Piece<'_>> = terms
            .iter()
            .map(|term| Piece {
                text: &term.text,
                start: term.start,
                end: term.end,
                position: Some(term.position),
            })
            .collect();
        return write(args.format, &pieces, " ", console);
    }
    let pieces: Vec<Piece<'_>> = segmenter
        .words(text)
        .iter()
        .map(|word| Piece {
            text: word.text,
            start: word.start,
            end: word.end,
            position: None,
        })
        .collect();
    write(args.format, &pieces, "/", console)
}

fn write(
    format: Format,
    pieces: &[Piece<'_>],
    separator: &str,
    console: &mut Console<'_>,
) -> Result<()> {
    match format {
        Format::Json => console.json(&pieces)?,
        Format::Text => {
            let texts: Vec<&str> = pieces.iter().map(|piece| piece.text).collect();
            writeln!(console.out, "{}", texts.join(separator))?;
        }
    }
    Ok(())
}
