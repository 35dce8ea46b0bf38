//! Looking for words along a text.

use super::cutter::Cutter;
use super::user::{Node, UserWord, UserWords};
use crate::compiled::{EMPTY, Slot};

/// A walk along the compiled words and the user's at once.
pub(super) struct Walk {
    pub(super) slot: Slot,
    is_first: bool,
    /// `None` once no word of the user's goes on.
    node: Option<Node>,
}

impl Walk {
    pub(super) fn new(cutter: &Cutter<'_>) -> Self {
        Self {
            slot: EMPTY,
            is_first: true,
            node: cutter.user.map(|_| Node::START),
        }
    }

    pub(super) fn step(&mut self, cutter: &Cutter<'_>, code: u32, user_code: impl FnOnce() -> u32) {
        self.slot = match self.is_first {
            true => cutter.view.root(code),
            false => cutter.view.step(self.slot, code),
        };
        self.is_first = false;
        if let (Some(node), Some(user)) = (self.node, cutter.user) {
            self.node = user.step(node, user_code());
        }
    }

    pub(super) fn user_word(&self, user: &UserWords) -> Option<UserWord> {
        self.node.and_then(|node| user.word(node))
    }

    pub(super) fn is_at_word(&self, cutter: &Cutter<'_>) -> bool {
        cutter
            .user
            .is_some_and(|user| self.user_word(user).is_some())
            || cutter.is_word(self.slot)
    }

    pub(super) fn is_over(&self) -> bool {
        self.slot == EMPTY && self.node.is_none()
    }
}
