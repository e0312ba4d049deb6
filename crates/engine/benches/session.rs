//! What a simulated session costs, the first one and the next, how the length
//! of a list counts, and what the report of dead entries costs.

// A benchmark that can't be set up has nothing to time.
#![expect(clippy::expect_used)]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use postproof_engine::model::{Model, Service};
use postproof_engine::sim::{Client, Command, Config, NameStatus, Session, Verdict, World, simulate};
use postproof_engine::{ServerFiles, dead_entries, server, smtpd_service};
use std::collections::BTreeMap;
use std::fs;
use std::hint::black_box;
use std::path::Path;

/// A usual configuration of our own, with the tables that it names.
const USUAL: &str = "../../tests/fixtures/bench/etc/postfix";

/// Entries of the generated lists: twice as many should take twice the time.
const ENTRIES: [usize; 3] = [1000, 2000, 4000];

/// Entries of the configuration that is searched for dead ones.
const SEARCHED: usize = 200;

criterion_group!(benches, usual, lists, dead);
criterion_main!(benches);

fn usual(criterion: &mut Criterion) {
    let model = usual_model();
    let (service, session) = (service(&model), session());
    // The sender's domain has to exist, and the milter to be there.
    let assumed = [("dns:a:partner.example", "203.0.113.5"), ("milter:inet:127.0.0.1:11332", "accept")];
    let assumed = assumed.map(|(question, answer)| (question.to_owned(), answer.to_owned())).into();
    let world = World { assumed, ..World::closed() };
    let config = Config::new(&model, service.id, &world);
    // A session that is refused at the door would be cheap for a wrong reason.
    let played = simulate(&config, &session).outcome;
    let last = played.decisive().map(|reply| (reply.command, reply.verdict));
    assert_eq!(last, Some((Command::EndOfData, Verdict::Permit)), "the usual session is accepted");
    let mut group = criterion.benchmark_group("usual configuration");
    group.bench_function("one session", |bencher| bencher.iter(|| black_box(simulate(&config, &session))));
    // A service reads what it needs when it first needs it, so the first session pays for it.
    group.bench_function("the first session, with all that it reads", |bencher| {
        bencher.iter(|| black_box(simulate(&Config::new(&model, service.id, &world), &session)));
    });
    group.finish();
}

fn lists(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("one session, lists of many entries");
    for entries in ENTRIES {
        let model = listed(
            &(0..entries)
                .map(|number| format!("check_client_access inline:{{x{number}.example=OK}}"))
                .chain(["permit".to_owned()])
                .collect::<Vec<_>>(),
        );
        let (service, world, session) = (service(&model), World::closed(), session());
        let config = Config::new(&model, service.id, &world);
        group.throughput(Throughput::Elements(entries as u64));
        group.bench_function(BenchmarkId::from_parameter(entries), |bencher| {
            bencher.iter(|| black_box(simulate(&config, &session)));
        });
    }
    group.finish();
}

/// Entries of several kinds, each with a domain of its own so that they differ.
fn dead(criterion: &mut Criterion) {
    let kinds = ["check_client_access", "check_helo_access", "check_sender_access", "check_recipient_access"];
    let entries = kinds.iter().cycle().enumerate().take(SEARCHED);
    let entries: Vec<_> = entries.map(|(number, kind)| format!("{kind} inline:{{x{number}.example=REJECT}}")).collect();
    let (model, world) = (listed(&entries), World::closed());
    criterion.bench_function(&format!("dead entries, {SEARCHED} entries"), |bencher| {
        bencher.iter(|| black_box(dead_entries(&model, &world)));
    });
}

fn usual_model() -> Model {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join(USUAL);
    let read = |path: &Path| fs::read(path).expect("the fixture can be read");
    let mut others = BTreeMap::new();
    for entry in fs::read_dir(&directory).expect("the fixture is there") {
        let path = entry.expect("the fixture can be listed").path();
        if path.is_file() && path.extension().is_none_or(|extension| extension != "cf") {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            others.insert(format!("/etc/postfix/{name}"), read(&path));
        }
    }
    let (main_cf, master_cf) = (read(&directory.join("main.cf")), Some(read(&directory.join("master.cf"))));
    server(ServerFiles { main_cf, master_cf, others, postfix_version: None }).1
}

/// A server that judges clients by these entries.
fn listed(entries: &[String]) -> Model {
    let entries = entries.join(", ");
    let main_cf = format!(
        "compatibility_level = 3.6\nmyhostname = mail.example.org\nmynetworks = 127.0.0.0/8\n\
         smtpd_client_restrictions = {entries}\n"
    );
    server(ServerFiles { main_cf: main_cf.into_bytes(), ..ServerFiles::default() }).1
}

fn service(model: &Model) -> &Service {
    smtpd_service(model, "smtp").expect("the service smtp is in each of these configurations")
}

fn session() -> Session {
    Session {
        client: Client {
            address: [203, 0, 113, 5].into(),
            name: Some("mx.partner.example".to_owned()),
            reverse_name: Some("mx.partner.example".to_owned()),
            name_status: NameStatus::Ok,
        },
        helo: Some("mx.partner.example".to_owned()),
        sender: Some("joe@partner.example".to_owned()),
        recipients: vec!["anna@example.net".to_owned()],
        data: true,
        ..Session::default()
    }
}
