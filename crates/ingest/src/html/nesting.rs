//! Which open elements a tag closes.

use super::dom::NodeId;
use super::tag::{self, Tag};
use super::tokenizer::TagToken;
use super::tree::{Builder, Open};

impl Builder<'_> {
    /// Closes what cannot hold the element and opens what it needs around it; `false` if the tag is to be ignored.
    pub(super) fn make_room_for(&mut self, token: &TagToken) -> bool {
        let tag = token.tag;
        if self.top().tag == Tag::Colgroup && tag != Tag::Col {
            self.close_to(self.open.len() - 1);
        }
        if tag.is(tag::ENDS_P) {
            match tag {
                Tag::Li => self.close_item(&[Tag::Li]),
                Tag::Dd | Tag::Dt => self.close_item(&[Tag::Dd, Tag::Dt]),
                Tag::Hr => self.close_in_scope(Tag::Option),
                Tag::Table if self.in_table_outside_cells() => self.close_in_scope(Tag::Table),
                Tag::Form => return self.make_room_for_form(token),
                _ => {}
            }
            self.close_p();
            if tag.is(tag::HEADING) && self.top().tag.is(tag::HEADING) {
                self.close_to(self.open.len() - 1);
            }
            return true;
        }
        match tag {
            Tag::A | Tag::Nobr => {
                if let Some(position) = self.in_scope(tag) {
                    // Written by mistake or as a mere anchor: it ends before any block it seems to contain.
                    self.close_formatting(position);
                }
            }
            Tag::Caption
            | Tag::Col
            | Tag::Colgroup
            | Tag::Tbody
            | Tag::Td
            | Tag::Tfoot
            | Tag::Th
            | Tag::Thead
            | Tag::Tr => return self.make_room_in_table(tag),
            Tag::Button => self.close_in_scope(Tag::Button),
            Tag::Input => self.close_in_scope(Tag::Select),
            Tag::Option => self.close_in_scope(Tag::Option),
            Tag::Optgroup => {
                self.close_in_scope(Tag::Option);
                self.close_in_scope(Tag::Optgroup);
            }
            Tag::Rb | Tag::Rp | Tag::Rt | Tag::Rtc
                if matches!(self.top().tag, Tag::Rb | Tag::Rp | Tag::Rt) =>
            {
                self.close_to(self.open.len() - 1);
            }
            // A second `<select>` is taken for the end of the first.
            Tag::Select if self.in_scope(Tag::Select).is_some() => {
                self.close_in_scope(Tag::Select);
                return false;
            }
            _ => {}
        }
        true
    }

    /// Closes what an end tag ends; stray ones are ignored.
    pub(super) fn end_tag(&mut self, token: &TagToken) {
        let tag = token.tag;
        match tag {
            // What follows these still belongs to the body.
            Tag::Html | Tag::Body => return,
            Tag::Head => return self.end_head(),
            Tag::Br if !self.takes_content() => self.ensure_body(),
            _ => {}
        }
        if !self.takes_content()
            || self.close_flattened(tag)
            || self.is_foreign() && self.close_foreign(token)
        {
            return;
        }
        match tag {
            Tag::Br => {
                self.append_element(tag, Some(token));
            }
            Tag::P => {
                if !self.close_p() {
                    self.append_element(tag, Some(token));
                }
            }
            Tag::Form => self.close_form(),
            Tag::Li => self.close_nearest(tag, |open| {
                open.is(tag::SCOPE) || matches!(open, Tag::Ol | Tag::Ul)
            }),
            Tag::Dd | Tag::Dt => self.close_in_scope(tag),
            Tag::H1 | Tag::H2 | Tag::H3 | Tag::H4 | Tag::H5 | Tag::H6 => {
                let found = self
                    .open
                    .iter()
                    .rposition(|open| open.tag.is(tag::HEADING | tag::SCOPE));
                if let Some(position) =
                    found.filter(|&position| self.open[position].tag.is(tag::HEADING))
                {
                    self.close_to(position);
                }
            }
            Tag::Table => self.close_nearest(tag, is_table_root),
            Tag::Caption
            | Tag::Colgroup
            | Tag::Tbody
            | Tag::Td
            | Tag::Tfoot
            | Tag::Th
            | Tag::Thead
            | Tag::Tr => {
                self.close_nearest(tag, is_table_root);
            }
            Tag::Noscript | Tag::Template => self.close_nearest(tag, |open| open == Tag::Html),
            _ if tag.is(tag::FORMATTING) => {
                if let Some(position) = self.in_scope(tag) {
                    let position = self.sink(position);
                    self.close_formatting(position);
                }
            }
            _ if tag.is(tag::BLOCK_END) => self.close_in_scope(tag),
            _ => self.close_other(token),
        }
    }

    /// The position of the nearest open element of this tag, unless a table cell or the like stands between.
    fn in_scope(&self, tag: Tag) -> Option<usize> {
        self.nearest(tag, |open| open.is(tag::SCOPE))
    }

    fn close_in_scope(&mut self, tag: Tag) {
        self.close_nearest(tag, |open| open.is(tag::SCOPE));
    }

    fn close_nearest(&mut self, tag: Tag, barrier: impl Fn(Tag) -> bool) {
        if let Some(position) = self.nearest(tag, barrier) {
            self.close_to(position);
        }
    }

    fn nearest(&self, tag: Tag, barrier: impl Fn(Tag) -> bool) -> Option<usize> {
        if self.n_open[tag as usize] == 0 {
            return None;
        }
        let found = self
            .open
            .iter()
            .rposition(|open| open.tag == tag || barrier(open.tag))?;
        (self.open[found].tag == tag).then_some(found)
    }

    /// Closes an open paragraph; `false` if there is none.
    fn close_p(&mut self) -> bool {
        let position = self.nearest(Tag::P, |open| open.is(tag::SCOPE) || open == Tag::Button);
        if let Some(position) = position {
            self.close_to(position);
        }
        position.is_some()
    }

    /// Closes the list item that the next one follows, whatever divisions and phrases are still open in it.
    fn close_item(&mut self, tags: &[Tag]) {
        if tags.iter().all(|&tag| self.n_open[tag as usize] == 0) {
            return;
        }
        let ends = |open: &Open| {
            tags.contains(&open.tag)
                || open.tag.is(tag::SPECIAL)
                    && !matches!(open.tag, Tag::Address | Tag::Div | Tag::P)
        };
        if let Some(position) = self.open.iter().rposition(ends)
            && tags.contains(&self.open[position].tag)
        {
            self.close_to(position);
        }
    }

    /// Closes a formatting element; a block still open in it stays open.
    fn close_formatting(&mut self, position: usize) {
        if self.open[position + 1..]
            .iter()
            .any(|open| open.tag.is(tag::SPECIAL))
        {
            self.close_only(position);
        } else {
            self.close_to(position);
        }
    }

    fn close_other(&mut self, token: &TagToken) {
        if self.n_open[token.tag as usize] == 0 {
            return;
        }
        let found = self
            .open
            .iter()
            .rposition(|open| self.has_name(open, token) || open.tag.is(tag::SPECIAL));
        if let Some(position) = found.filter(|&position| self.has_name(&self.open[position], token))
        {
            self.close_to(position);
        }
    }

    /// Closes the element of this name within the innermost drawing or formula; `false` if there is none.
    fn close_foreign(&mut self, token: &TagToken) -> bool {
        let is_root = |open: &Open| matches!(open.tag, Tag::Svg | Tag::Math | Tag::ForeignObject);
        let found = self
            .open
            .iter()
            .rposition(|open| self.has_name(open, token) || is_root(open));
        let found = found.filter(|&position| self.has_name(&self.open[position], token));
        if let Some(position) = found {
            self.close_to(position);
        }
        found.is_some()
    }

    fn has_name(&self, open: &Open, token: &TagToken) -> bool {
        if open.tag != Tag::Other {
            return open.tag == token.tag;
        }
        let name = &self.dom.source[token.name.start..token.name.end];
        self.dom.name(NodeId(open.node)).eq_ignore_ascii_case(name)
    }

    /// A form within a form is ignored, and one between the rows of a table holds nothing.
    fn make_room_for_form(&mut self, token: &TagToken) -> bool {
        if self.form_open {
            return false;
        }
        self.form_open = true;
        if self.in_table_outside_cells() {
            self.append_element(Tag::Form, Some(token));
            return false;
        }
        self.close_p();
        true
    }

    fn close_form(&mut self) {
        self.form_open = false;
        let Some(position) = self.in_scope(Tag::Form) else {
            return;
        };
        if self.open[position + 1..]
            .iter()
            .all(|open| is_implied_end(open.tag))
        {
            self.close_to(position);
        } else {
            self.close_only(position);
        }
    }

    fn in_table_outside_cells(&self) -> bool {
        if self.n_open[Tag::Table as usize] == 0 {
            return false;
        }
        let context = self
            .open
            .iter()
            .rfind(|open| open.tag.is(tag::TABLE_CONTEXT));
        context.is_some_and(|open| {
            matches!(
                open.tag,
                Tag::Table | Tag::Tbody | Tag::Tfoot | Tag::Thead | Tag::Tr
            )
        })
    }

    /// Goes back to where this part of a table belongs, adding a group or a row that no tag was written for.
    fn make_room_in_table(&mut self, tag: Tag) -> bool {
        let Some(root) = self.open.iter().rposition(|open| is_table_root(open.tag)) else {
            return false;
        };
        match self.open[root].tag {
            Tag::Table => {}
            // Templates hold parts of tables without the table; elsewhere such parts are ignored.
            root => return root == Tag::Template,
        }
        let within = |tags: &[Tag]| {
            let found = self.open[root..]
                .iter()
                .rposition(|open| tags.contains(&open.tag));
            found.map(|position| root + position)
        };
        let group = within(&[Tag::Tbody, Tag::Tfoot, Tag::Thead]);
        match tag {
            Tag::Col => match within(&[Tag::Colgroup]) {
                Some(columns) => self.close_to(columns + 1),
                None => {
                    self.close_to(root + 1);
                    self.insert_implied(Tag::Colgroup);
                }
            },
            Tag::Tr => self.back_to_group(root, group),
            Tag::Td | Tag::Th => match within(&[Tag::Tr]) {
                Some(row) => self.close_to(row + 1),
                None => {
                    self.back_to_group(root, group);
                    self.insert_implied(Tag::Tr);
                }
            },
            _ => self.close_to(root + 1),
        }
        true
    }

    fn back_to_group(&mut self, root: usize, group: Option<usize>) {
        if let Some(group) = group {
            self.close_to(group + 1);
        } else {
            self.close_to(root + 1);
            self.insert_implied(Tag::Tbody);
        }
    }
}

/// Where the search for a part of a table ends.
fn is_table_root(tag: Tag) -> bool {
    matches!(tag, Tag::Table | Tag::Template | Tag::Noscript | Tag::Html)
}

/// Whether the element's end tag may be left out before another's.
fn is_implied_end(tag: Tag) -> bool {
    use Tag::{Dd, Dt, Li, Optgroup, Option, P, Rb, Rp, Rt, Rtc};
    matches!(
        tag,
        Dd | Dt | Li | Optgroup | Option | P | Rb | Rp | Rt | Rtc
    )
}
