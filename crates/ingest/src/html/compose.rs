//! Puts the story's lines together as blocks: items into lists, cells into rows, captions under their pictures.

use super::dom::NodeId;
use crate::article::Block;
use crate::bounds::Room;

/// What surrounds a line within the story.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Around {
    /// It lies in an element that is not the story's.
    pub(super) dropped: bool,
    pub(super) caption: bool,
    pub(super) heading: bool,
    pub(super) quote: bool,
    /// The list and the item it lies in.
    pub(super) item: Option<(NodeId, NodeId)>,
    /// Whether that list is numbered.
    pub(super) ordered: bool,
    /// The row and the cell of a table of data it lies in.
    pub(super) cell: Option<(NodeId, NodeId)>,
}

/// Takes lines and gives blocks, as far as there is room.
#[derive(Debug)]
pub(super) struct Composer {
    blocks: Vec<Block>,
    room: Room,
    /// The list and item, or row and cell, that the last block was made from.
    open: Option<(NodeId, NodeId)>,
}

impl Composer {
    pub(super) fn new(room: Room) -> Self {
        Self {
            blocks: Vec::new(),
            room,
            open: None,
        }
    }

    /// Whether something had to be left out, as everything has from then on.
    pub(super) fn is_full(&self) -> bool {
        self.room.is_full()
    }

    /// How many bytes of text there is room for at most.
    pub(super) fn left(&self) -> usize {
        self.room.left()
    }

    /// The number of blocks so far.
    pub(super) fn len(&self) -> usize {
        self.blocks.len()
    }

    /// Adds a picture, which waits for its caption.
    pub(super) fn push_picture(&mut self, image: String) {
        let mut image = Some(image);
        if self.room.fit_picture(&mut image) && image.is_some() {
            let text = String::new();
            self.blocks.push(Block::Caption { text, image });
        }
    }

    /// Adds a line.
    pub(super) fn push(&mut self, mut text: String, around: Around) {
        if !self.room.fit(&mut text) {
            return;
        }
        let open = self.open.take();
        if around.caption {
            match self.blocks.last_mut() {
                Some(Block::Caption { text: known, .. }) if known.is_empty() => *known = text,
                _ => self.blocks.push(Block::Caption { text, image: None }),
            }
        } else if around.heading {
            self.blocks.push(Block::Heading { text });
        } else if let Some(item) = around.item {
            match (open, self.blocks.last_mut()) {
                (Some(known), Some(Block::List { items, .. })) if known.0 == item.0 => {
                    extend(items, text, known.1 == item.1);
                }
                _ => self.blocks.push(Block::List {
                    ordered: around.ordered,
                    items: vec![text],
                }),
            }
            self.open = Some(item);
        } else if let Some(cell) = around.cell {
            match (open, self.blocks.last_mut()) {
                (Some(known), Some(Block::TableRow { cells })) if known.0 == cell.0 => {
                    extend(cells, text, known.1 == cell.1);
                }
                _ => self.blocks.push(Block::TableRow { cells: vec![text] }),
            }
            self.open = Some(cell);
        } else if around.quote {
            self.blocks.push(Block::Quote { text });
        } else {
            self.blocks.push(Block::Paragraph { text });
        }
    }

    /// The blocks, without what a story does not end with: single characters set one below the other, and a line that
    /// announces something that does not come.
    pub(super) fn finish(mut self) -> Vec<Block> {
        // Pictures without a caption may stand between.
        let is_bare =
            |block: &Block| matches!(block, Block::Caption { text, .. } if text.is_empty());
        while let Some(last) = self.blocks.iter().rposition(|block| !is_bare(block)) {
            let (Block::Paragraph { text } | Block::Heading { text }) = &self.blocks[last] else {
                break;
            };
            let count = text.chars().count();
            if count > 1 && (count > 12 || !text.ends_with(['：', ':'])) {
                break;
            }
            self.blocks.truncate(last);
        }
        self.blocks
    }
}

/// Adds a line to the parts of a list or row: as a new part, or as more of the last one.
fn extend(parts: &mut Vec<String>, text: String, same: bool) {
    match parts.last_mut() {
        Some(last) if same => {
            last.push(' ');
            last.push_str(&text);
        }
        _ => parts.push(text),
    }
}
