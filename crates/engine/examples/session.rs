//! Prints what a simulated session costs, a line for each: nanoseconds and what was timed.

// Printing is what a program is for.
#![allow(clippy::print_stdout)]

use postproof_engine::model::Model;
use postproof_engine::sim::{Client, Config, NameStatus, Session, World, simulate};
use postproof_engine::{ServerFiles, server, smtpd_service};
use std::collections::BTreeMap;
use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

const ROUNDS: usize = 2001;
const LIST_ROUNDS: usize = 21;

/// Entries of the generated lists: twice as many should take twice the time.
const ENTRIES: [usize; 3] = [1000, 2000, 4000];

fn main() -> Result<(), Box<dyn Error>> {
    let directory = std::env::args().nth(1).ok_or("no directory named")?;
    let directory = Path::new(&directory);
    let mut others = BTreeMap::new();
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_file() && !name.ends_with(".cf") {
            others.insert(format!("/etc/postfix/{name}"), std::fs::read(&path)?);
        }
    }
    let main_cf = std::fs::read(directory.join("main.cf"))?;
    let master_cf = std::fs::read(directory.join("master.cf")).ok();
    let (_, model) = server(ServerFiles { main_cf, master_cf, others, postfix_version: None });
    timed(&model, ROUNDS, "one session, usual configuration")?;
    for entries in ENTRIES {
        let names: String =
            (0..entries).map(|number| format!(" check_client_access inline:{{x{number}.example=OK}},")).collect();
        let main_cf = format!(
            "compatibility_level = 3.6\nmyhostname = mail.example.org\nsmtpd_client_restrictions ={names} permit\n"
        );
        let files = ServerFiles { main_cf: main_cf.into_bytes(), ..ServerFiles::default() };
        timed(&server(files).1, LIST_ROUNDS, &format!("one session, list of {entries} entries"))?;
    }
    Ok(())
}

fn timed(model: &Model, rounds: usize, what: &str) -> Result<(), Box<dyn Error>> {
    let service = smtpd_service(model, "smtp").ok_or("no service smtp")?;
    let world = World::closed();
    let session = session();
    let start = Instant::now();
    let first = Config::new(model, service.id, &world);
    black_box(simulate(&first, &session));
    let cold = start.elapsed().as_nanos();
    let config = Config::new(model, service.id, &world);
    let mut times = Vec::new();
    for _ in 0..rounds {
        let start = Instant::now();
        black_box(simulate(&config, &session));
        times.push(start.elapsed().as_nanos());
    }
    times.sort_unstable();
    println!("{} {what}", times.get(rounds / 2).ok_or("no round was run")?);
    println!("{cold} {what}, the first with all that it reads");
    Ok(())
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
        recipients: vec!["info@example.net".to_owned()],
        data: true,
        ..Session::default()
    }
}
