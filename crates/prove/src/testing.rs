//! Configurations for the tests of this crate, made as those of `sim` are.

use postproof_sim::{Config, World};

#[path = "../../sim/src/testing.rs"]
mod of_sim;

pub(crate) use of_sim::Setup;

impl Setup {
    /// From main.cf and tables by path.
    pub(crate) fn of(main: &str, tables: &[(&str, &str)], world: World) -> Self {
        Self::with_master(main, None, tables, world)
    }

    /// The same with master.cf; sessions talk to its first smtpd.
    pub(crate) fn with_master(main: &str, master: Option<&str>, tables: &[(&str, &str)], world: World) -> Self {
        let mut sources = SourceMap::default();
        let mut parts = Vec::new();
        let mut add = |kind: PartKind, path: &str, text: &str| {
            let file = sources.add(Document::new(path, text));
            let bytes = text.as_bytes();
            let region = Region::whole(file, bytes);
            let tree = match kind {
                PartKind::MasterCf => Tree::Master(master_cf::parse(&region, bytes)),
                PartKind::Table => Tree::Table(table::parse(syntax(main, path), &region, bytes).into()),
                _ => Tree::Main(main_cf::parse(&region, bytes)),
            };
            let part = Part { kind, name: Some(path.to_owned()), host: None, whole: true, region };
            parts.push(SourcePart { part, tree });
        };
        add(PartKind::MainCf, "main.cf", main);
        if let Some(master) = master {
            add(PartKind::MasterCf, "master.cf", master);
        }
        for (path, text) in tables {
            add(PartKind::Table, path, text);
        }
        let model = build(parts, Wish::default());
        let service = model.services.iter().find(|service| service.is_smtpd()).map(|service| service.id);
        Self { model, world, service: service.unwrap_or(ServiceId(0)) }
    }
}

fn syntax(main: &str, path: &str) -> TableSyntax {
    let is = |kind: &str| main.contains(&format!("{kind}:{path}"));
    if is("regexp") || is("pcre") {
        TableSyntax::Pattern
    } else if is("cidr") {
        TableSyntax::Cidr
    } else {
        TableSyntax::Indexed
    }
}
