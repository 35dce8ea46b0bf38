//! `fangzhi related`: articles like one that was found.

use anyhow::Result;

use crate::Status;
use crate::args::RelatedArgs;
use crate::console::Console;
use crate::index_dir;
use crate::messages::Message;
use crate::search::{self, Asked, Listing};

pub(crate) fn run(args: &RelatedArgs, console: &mut Console<'_>) -> Result<Status> {
    let id = &args.id;
    let searcher = index_dir::open(&args.index.dir, console)?.searcher()?;
    let results = searcher.related(id, args.limit)?;
    let listing = Listing {
        asked: Asked::Id(id),
        results: &results,
        offset: 0,
        whole_histogram: false,
        bom: false,
    };
    search::print(listing, args.format.into(), console)?;
    if results.hits.is_empty() {
        console.note(Message::NothingRelated { id });
        return Ok(Status::NothingFound);
    }
    Ok(Status::Done)
}
