//! Any bytes as configuration, table and session: every session ends, and what
//! is unknown says why.

#![no_main]

use libfuzzer_sys::fuzz_target;
use postproof_engine::sim::{Client, NameStatus, Protocol, Session, Verdict, World};
use postproof_engine::{ServerFiles, server, simulated, smtpd_service};
use std::collections::BTreeMap;

fuzz_target!(|bytes: &[u8]| {
    // main.cf, a table, and the words of the session, apart by line feeds of their own.
    let mut parts = bytes.splitn(3, |byte| *byte == 0x1e);
    let main_cf = parts.next().unwrap_or_default().to_vec();
    let table = parts.next().unwrap_or_default().to_vec();
    let words = String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    let mut words = words.split('\n').map(str::to_owned);
    let mut word = || words.next().unwrap_or_default();
    let others = BTreeMap::from([("/etc/postfix/table".to_owned(), table)]);
    let (_, model) = server(ServerFiles { main_cf, others, ..ServerFiles::default() });
    let Some(service) = smtpd_service(&model, "smtp") else { return };
    let flags = word().into_bytes().first().copied().unwrap_or_default();
    let flag = |bit: u8| flags >> bit & 1 == 1;
    let session = Session {
        client: Client {
            address: [198, 51, 100, flags].into(),
            name: Some(word()).filter(|name| !name.is_empty()),
            reverse_name: Some(word()).filter(|name| !name.is_empty()),
            name_status: NameStatus::Ok,
        },
        protocol: if flag(0) { Protocol::Smtp } else { Protocol::Esmtp },
        helo: Some(word()),
        tls: flag(1),
        login: flag(2).then(&mut word),
        etrn: flag(3).then(&mut word),
        vrfy: flag(4).then(&mut word),
        sender: Some(word()),
        mail_params: if flag(5) { vec![word()] } else { Vec::new() },
        brackets: !flag(6),
        pipelined: flag(7),
        data: true,
        recipients: (0..3).map(|_| word()).collect(),
        ..Session::default()
    };
    for world in [World::closed(), World::open()] {
        for forked in simulated(&model, service, &world, std::slice::from_ref(&session)) {
            assert!(!forked.outcome.replies.is_empty(), "there is always a first answer");
            for reply in &forked.outcome.replies {
                let unknown = reply.verdict == Verdict::Unknown;
                assert!(!unknown || !reply.missing.is_empty(), "what is unknown says why");
            }
        }
    }
});
