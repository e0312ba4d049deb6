//! From parsed parts to the model of one host.

use crate::{Model, Origin, Scope, Service, ServiceId, Wish, Written, target};
use postproof_catalog as catalog;
use postproof_diag::Span;
use postproof_syntax::{
    Parsed, Part, PartKind, dovecot::Dovecot, main_cf, main_cf::MainCf, master_cf, master_cf::MasterCf, table::Table,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One part with its parsed tree.
#[derive(Clone, Debug)]
pub struct SourcePart {
    /// What the splitter said of it.
    pub part: Part,
    /// What its parser made of it.
    pub tree: Tree,
}

/// The parsed tree of a part.
#[derive(Clone, Debug)]
pub enum Tree {
    /// main.cf, postconf output, client files.
    Main(Parsed<MainCf>),
    /// master.cf.
    Master(Parsed<MasterCf>),
    /// Dovecot.
    Dovecot(Parsed<Dovecot>),
    /// A lookup table: it can be large, and models of one host share it.
    Table(Arc<Parsed<Table>>),
    /// Nothing that is parsed (listings).
    None,
}

/// Which files were given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// main.cf or `postconf` output.
    pub main_cf: Presence,
    /// master.cf or `postconf -M` output.
    pub master_cf: Presence,
    /// Dovecot's configuration.
    pub dovecot: Presence,
}

/// How much of a file was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Presence {
    /// Nothing.
    Missing,
    /// Some lines; others may exist.
    Excerpt,
    /// All of it, as far as one can see.
    Whole,
}

/// Builds the model of one host from its parts. A later part of the same kind
/// wins over an earlier one, setting by setting.
pub fn build(parts: Vec<SourcePart>, wish: Wish) -> Model {
    let given = given(&parts);
    let dump_names = settings_outside_dumps(&parts);
    let written: Vec<(PartKind, &main_cf::Setting)> =
        parts.iter().filter(|part| sets_parameters(part.part.kind)).flat_map(settings).collect();
    let target = target::choose(&written, &parts, given, wish);
    let mut main = BTreeMap::new();
    for (kind, setting) in written {
        let restates_default = kind == PartKind::PostconfAll
            && !dump_names.contains(setting.name.as_str())
            && target.is_default(&setting.name, setting.value.as_str());
        if !restates_default {
            assign(&mut main, setting);
        }
    }
    let mut model =
        Model { target, given, main, services: services(&parts), parts, system: None, uses: Default::default() };
    let inet_interfaces = model.text(Scope::Main, "inet_interfaces");
    for service in &mut model.services {
        service.set_exposure(&inet_interfaces);
    }
    model
}

fn given(parts: &[SourcePart]) -> Given {
    let presence = |belongs: fn(PartKind) -> bool| {
        let of_kind = parts.iter().filter(|part| belongs(part.part.kind));
        of_kind
            .map(|part| if part.part.whole { Presence::Whole } else { Presence::Excerpt })
            .max()
            .unwrap_or(Presence::Missing)
    };
    Given {
        main_cf: presence(sets_parameters),
        master_cf: presence(|kind| kind == PartKind::MasterCf)
            .max(presence(|kind| kind == PartKind::PostconfP).min(Presence::Excerpt)),
        dovecot: presence(|kind| matches!(kind, PartKind::DovecotConf | PartKind::DoveconfN)),
    }
}

fn sets_parameters(kind: PartKind) -> bool {
    matches!(kind, PartKind::MainCf | PartKind::PostconfN | PartKind::PostconfAll)
}

fn settings(part: &SourcePart) -> impl Iterator<Item = (PartKind, &main_cf::Setting)> {
    let tree = match &part.tree {
        Tree::Main(parsed) => Some(&parsed.tree),
        Tree::Master(_) | Tree::Dovecot(_) | Tree::Table(_) | Tree::None => None,
    };
    tree.into_iter().flat_map(MainCf::settings).map(|setting| (part.part.kind, setting))
}

/// Names that something other than a dump of all parameters sets: there, a
/// default in the dump still overrides.
fn settings_outside_dumps(parts: &[SourcePart]) -> std::collections::BTreeSet<String> {
    let others = parts.iter().filter(|part| matches!(part.part.kind, PartKind::MainCf | PartKind::PostconfN));
    others.flat_map(settings).map(|(_, setting)| setting.name.clone()).collect()
}

fn assign(main: &mut BTreeMap<String, Written>, setting: &main_cf::Setting) {
    let mut written = Written {
        value: setting.value.clone(),
        name_span: setting.name_span,
        span: setting.span,
        overridden: Vec::new(),
    };
    if let Some(earlier) = main.remove(&setting.name) {
        written.overridden = earlier.overridden;
        written.overridden.push((earlier.name_span, earlier.value));
    }
    main.insert(setting.name.clone(), written);
}

fn services(parts: &[SourcePart]) -> Vec<Service> {
    let mut services: Vec<Service> = Vec::new();
    // Where the service of a name and type is.
    let mut places: BTreeMap<(String, String), usize> = BTreeMap::new();
    for part in parts {
        let Tree::Master(parsed) = &part.tree else { continue };
        for entry in parsed.tree.services() {
            // master_ent.c: a later entry of the same endpoint replaces the earlier.
            let at = *places.entry((entry.name.text.clone(), entry.kind.text.clone())).or_insert(services.len());
            let service = Service::written(ServiceId(at), entry);
            match services.get_mut(at) {
                Some(earlier) => *earlier = service,
                None => services.push(service),
            }
        }
    }
    if services.is_empty() {
        let stock = catalog::stock_services().iter().enumerate();
        services = stock
            .map(|(at, stock)| Service::unplaced(ServiceId(at), stock.name, stock.kind, stock.command, "-"))
            .collect();
        places = services.iter().map(|known| ((known.name.clone(), known.kind.clone()), known.id.0)).collect();
    }
    for part in parts.iter().filter(|part| part.part.kind == PartKind::PostconfP) {
        for (_, setting) in settings(part) {
            service_option(&mut services, &mut places, setting);
        }
    }
    services
}

/// `service/type/parameter = value`, as `postconf -P` prints it.
fn service_option(
    services: &mut Vec<Service>,
    places: &mut BTreeMap<(String, String), usize>,
    setting: &main_cf::Setting,
) {
    let mut path = setting.name.splitn(3, '/');
    let (Some(name), Some(kind), Some(param)) = (path.next(), path.next(), path.next()) else { return };
    let at = *places.entry((name.to_owned(), kind.to_owned())).or_insert_with(|| {
        // The dump does not say which program it is; only smtpd has such parameters.
        let command = if param.starts_with("smtpd_") { "smtpd" } else { "" };
        let id = ServiceId(services.len());
        let mut service = Service::unplaced(id, name, kind, command, "-");
        service.span = Some(setting.span);
        services.push(service);
        id.0
    });
    let Some(service) = services.get_mut(at) else { return };
    if service.option(param).is_some_and(|known| known.value.as_str() == setting.value.as_str()) {
        return;
    }
    if service.command.is_empty() && param.starts_with("smtpd_") {
        service.command = "smtpd".to_owned();
    }
    service.overrides.push(master_cf::Override {
        name: param.to_owned(),
        name_span: setting.name_span,
        value: setting.value.clone(),
        span: setting.span,
    });
}

impl Model {
    /// The document-order place of the first setting of main.cf, for findings
    /// about a thing that is nowhere set.
    pub fn first_setting(&self) -> Option<Span> {
        self.main.values().map(|written| written.name_span).min()
    }

    /// Whether `name` is set in main.cf or, for `scope`, in master.cf.
    pub fn is_set(&self, scope: Scope, name: &str) -> bool {
        self.value(scope, name).is_some_and(|value| value.origin != Origin::Default)
    }
}
