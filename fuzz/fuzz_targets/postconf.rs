//! Any main.cf and master.cf, with a NUL between them, as postconf prints them: no panic, no hang.

#![no_main]

use libfuzzer_sys::fuzz_target;
use postproof_engine::catalog::Version;
use postproof_engine::model::postconf::{ClientFile, Files, Mode, SystemFacts, print};

fuzz_target!(|bytes: &[u8]| {
    let cut = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let (main, rest) = bytes.split_at(cut);
    let master = rest.get(1..).unwrap_or_default();
    // A client file can be named that holds main.cf again, and one that is missing.
    let client = |path: &[u8]| match path.last() {
        Some(b'f') => ClientFile::Text(main.to_vec()),
        _ => ClientFile::Missing("No such file or directory".to_owned()),
    };
    let files = Files {
        main_cf: Ok(main),
        master_cf: Ok(master),
        directory: "/etc/postfix",
        is_default: true,
        client: &client,
    };
    let system = SystemFacts::default();
    for version in [Version::new(3, 4), Version::new(3, 7), Version::new(3, 12)] {
        for mode in [Mode::Set, Mode::SetExpanded, Mode::Services, Mode::ServiceSettings] {
            let _ = print(mode, &files, version, &system);
        }
    }
});
