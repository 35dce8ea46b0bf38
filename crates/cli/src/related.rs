//! `fangzhi related`: articles like one that was found.

use anyhow::Result;

use crate::Status;
use crate::args::RelatedArgs;
use crate::console::Console;
use crate::index_dir;
use crate::messages::Message;
use crate::search::{self, Asked};

pub(crate) fn run(args: &RelatedArgs, console: &mut Console<'_>) -> Result<Status> {
    let id = &args.id;
    let searcher = index_dir::open(&args.index.dir, console)?.searcher()?;
    let results = searcher.related(id, args.limit)?;
    search::print(Asked::Id(id), &results, 0, args.format.into(), console)?;
    if results.hits.is_empty() {
        console.note(Message::NothingRelated { id });
        return Ok(Status::NothingFound);
    }
    Ok(Status::Done)
}
