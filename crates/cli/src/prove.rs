//! `postproof prove`.

use crate::args::{self, Prove};
use crate::output::complain;
use crate::run::{Choice, How, Made};
use crate::{run, simulate};
use postproof_engine::diag::{Lang, Text};
use postproof_engine::sim::World;
use postproof_engine::{Depth, Report};
use postproof_report::{Proved, json, text as texts};

/// No claim fails for the host or a service that the network reaches.
const NOTHING_FAILS: u8 = 0;
/// One does.
const SOMETHING_FAILS: u8 = 1;
/// Unusable input or arguments.
const UNUSABLE: u8 = 2;

pub(crate) fn run(prove: &Prove) -> u8 {
    let lang = args::language(prove.input.lang);
    proofs(prove, lang).unwrap_or_else(|why| {
        complain(&why, lang);
        UNUSABLE
    })
}

fn proofs(prove: &Prove, lang: Lang) -> Result<u8, Text> {
    let world = World { assumed: simulate::assumed(&prove.supplied)?, ..World::open() };
    let asked = Proved { service: prove.service.as_deref(), world: &world, swaks: prove.swaks };
    let work = |report: &Report, how: &How| match how {
        How::Text(options) => {
            let made = texts::prove(report, &asked, options);
            let failing = made.as_ref().map_or(0, |(_, failing)| *failing);
            Made { failing, ..Made::of_text(made.map(|(text, _)| text)) }
        }
        How::Json(options) => {
            let made = json::prove_report(report, &asked, options);
            Made { is_chosen: !made.hosts.is_empty(), failing: failing(&made), json: vec![made], ..Made::default() }
        }
    };
    let absent = |names| run::no_service(prove.service.as_deref().unwrap_or_default(), names);
    let choice = Choice { names: &simulate::names, absent: &absent, depth: Depth::Chains };
    let printed = run::printed(&prove.input, &choice, work, |reports| json::written(&json::prove_of(reports, lang)));
    Ok(match (printed.unusable, printed.failing) {
        (true, _) => UNUSABLE,
        (false, 0) => NOTHING_FAILS,
        (false, _) => SOMETHING_FAILS,
    })
}

/// Claims that fail for the host, and for services that other hosts reach.
fn failing(report: &json::v1::ProveReport) -> usize {
    let hosts = report.hosts.iter().flat_map(|host| &host.claims).filter(|claim| claim.verdict == "fails").count();
    let services = report.hosts.iter().flat_map(|host| &host.services);
    let reached = services.filter(|service| service.reached_from != "loopback");
    hosts + reached.flat_map(|service| &service.claims).filter(|claim| claim.verdict == "fails").count()
}
