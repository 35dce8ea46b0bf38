//! The engine's part of an index.

use std::path::Path;
use std::sync::Arc;

use tantivy::store::Compressor;
use tantivy::{Directory, IndexSettings};

use crate::deletions::Ages;
use crate::error::{Error, Result};
use crate::layers::{Backlog, LayersPlugin};
use crate::records::RecordsPlugin;
use crate::schema::Fields;
use crate::seal;
use crate::storage::Storage;

/// The engine's index, with the plugins that keep our layers and records.
pub(super) struct Engine {
    pub(super) engine: tantivy::Index,
    pub(super) fields: Fields,
    pub(super) backlog: Arc<Backlog>,
    pub(super) ages: Arc<Ages>,
}

impl Engine {
    /// Creates one in a directory, or in memory where there is no path to it.
    pub(super) fn create(
        directory: impl Into<Box<dyn Directory>>,
        path: Option<&Path>,
    ) -> Result<Self> {
        let (schema, fields) = Fields::build();
        let backlog = Arc::new(Backlog::default());
        let ages = Arc::default();
        let engine = tantivy::Index::builder()
            .schema(schema)
            .settings(engine_settings())
            .register_plugin(layers_plugin(&fields, &backlog, &ages, path))
            .register_plugin(records_plugin(&fields))
            .open_or_create(directory)?;
        Ok(Self {
            engine,
            fields,
            backlog,
            ages,
        })
    }

    pub(super) fn open(directory: Storage, path: &Path) -> Result<Self> {
        let mut engine = tantivy::Index::open(directory).map_err(|error| {
            let damaged = seal::check(path).err();
            damaged.unwrap_or_else(|| Error::damaged(path, Error::from(error)))
        })?;
        let (schema, fields) = Fields::build();
        if engine.schema() != schema {
            return Err(Error::damaged(
                path,
                "its fields are not those of its format",
            ));
        }
        let backlog = Arc::new(Backlog::default());
        let ages = Arc::default();
        engine.register_plugin(layers_plugin(&fields, &backlog, &ages, Some(path)));
        engine.register_plugin(records_plugin(&fields));
        Ok(Self {
            engine,
            fields,
            backlog,
            ages,
        })
    }
}

fn layers_plugin(
    fields: &Fields,
    backlog: &Arc<Backlog>,
    ages: &Arc<Ages>,
    path: Option<&Path>,
) -> Arc<LayersPlugin> {
    Arc::new(LayersPlugin {
        field: fields.layers,
        backlog: Arc::clone(backlog),
        ages: Arc::clone(ages),
        dir: path.map(Path::to_owned),
    })
}

fn records_plugin(fields: &Fields) -> Arc<RecordsPlugin> {
    Arc::new(RecordsPlugin {
        field: fields.record,
    })
}

/// There is nothing in the engine's store that could be compressed.
fn engine_settings() -> IndexSettings {
    IndexSettings {
        docstore_compression: Compressor::None,
        docstore_compress_dedicated_thread: false,
        ..IndexSettings::default()
    }
}
