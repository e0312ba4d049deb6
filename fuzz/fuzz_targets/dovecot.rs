//! Any dovecot.conf and a file that it may include, with a NUL between them, in
//! both dialects, told and asked for, and as doveconf prints it: no panic, no
//! hang.

#![no_main]

use libfuzzer_sys::fuzz_target;
use postproof_engine::diag::FileId;
use postproof_engine::dovecot::{Dialect, Input, Scope, doveconf, read};
use postproof_engine::syntax::Region;

fuzz_target!(|bytes: &[u8]| {
    let cut = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let (main, rest) = bytes.split_at(cut);
    let texts = [("/d/dovecot.conf", main), ("/d/greet.conf", rest.get(1..).unwrap_or_default())];
    let regions = [Region::whole(FileId(0), texts[0].1), Region::whole(FileId(1), texts[1].1)];
    let inputs: Vec<Input<'_>> = (0..)
        .zip(texts)
        .zip(&regions)
        .map(|((at, (path, bytes)), region)| Input { file: FileId(at), path, region, bytes, root: at == 0 })
        .collect();
    for wanted in [None, Some(Dialect::V23), Some(Dialect::V24)] {
        let reading = read(&inputs, wanted);
        let _ = doveconf::print(&reading);
        let _ = doveconf::body(&reading);
        let _ = reading.value(&Scope::protocol("imap"), "mail_plugins").map(|value| value.words());
        for section in reading.sections("service").take(3) {
            let _ = section.value("process_limit").text();
        }
    }
});
