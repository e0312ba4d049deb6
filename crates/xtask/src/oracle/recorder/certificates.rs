//! Certificates: the server's, and those that clients can show.
//!
//! They are made anew each time, so requests are written with
//! `@client-fingerprint@` and its kin where their fingerprints belong.

use crate::process::capture;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const NEW_KEY: [&str; 6] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days"];
const DAYS: &str = "3650";

/// The certificates of clients: `client` from an authority, `stranger` from itself.
pub(super) struct Certificates {
    place: PathBuf,
    /// By placeholder: `client-fingerprint`, `client-key-fingerprint` …
    words: BTreeMap<String, String>,
}

impl Certificates {
    /// Makes them in `work`, and the server's and the authority's in `base`.
    pub(super) fn make(work: &Path, base: &Path) -> Result<Self> {
        let place = work.join("certificates");
        fs::create_dir_all(&place)?;
        self_signed("recorder.example", &base.join("oracle-cert.pem"), &base.join("oracle-key.pem"))?;
        let (authority, its_key) = (base.join("oracle-ca.pem"), place.join("ca.key"));
        self_signed("Recorder CA", &authority, &its_key)?;
        self_signed("stranger.example", &place.join("stranger.pem"), &place.join("stranger.key"))?;
        let mut request = openssl(&["req", "-new"]);
        request.args(NEW_KEY).arg(DAYS).args(["-subj", "/CN=client.example", "-keyout"]).arg(place.join("client.key"));
        capture(request.arg("-out").arg(place.join("client.csr")))?;
        let mut sign = openssl(&["x509", "-req", "-days", DAYS, "-set_serial", "1", "-in"]);
        sign.arg(place.join("client.csr")).arg("-CA").arg(&authority).arg("-CAkey").arg(&its_key);
        capture(sign.arg("-out").arg(place.join("client.pem")))?;
        let mut words = BTreeMap::new();
        for name in ["client", "stranger"] {
            let file = place.join(format!("{name}.pem"));
            let print = capture(openssl(&["x509", "-noout", "-fingerprint", "-sha256", "-in"]).arg(&file))?;
            let print = print.split_once('=').context("no fingerprint")?.1.trim().to_owned();
            words.insert(format!("{name}-fingerprint"), print);
            words.insert(format!("{name}-key-fingerprint"), key_fingerprint(&file, &place)?);
        }
        Ok(Self { place, words })
    }

    /// The request with fingerprints in place of their placeholders. A session's
    /// certificate is named, `{"name": "client", "trusted": true}`.
    pub(super) fn filled(&self, request: &Value) -> Result<Value> {
        let mut text = request.to_string();
        for (name, word) in &self.words {
            text = text.replace(&format!("@{name}@"), word);
        }
        let mut request: Value = serde_json::from_str(&text)?;
        for session in request["sessions"].as_array_mut().into_iter().flatten() {
            let certificate = &mut session["certificate"];
            let Some(name) = certificate["name"].as_str().map(str::to_owned) else {
                if certificate.is_null()
                    && let Some(session) = session.as_object_mut()
                {
                    session.remove("certificate");
                }
                continue;
            };
            for (key, word) in [("fingerprint", "fingerprint"), ("key_fingerprint", "key-fingerprint")] {
                certificate[key] = json!(self.words.get(&format!("{name}-{word}")).context("no such certificate")?);
            }
            certificate["subject"] = json!(format!("{name}.example"));
            certificate["issuer"] = json!(if name == "client" { "Recorder CA" } else { "stranger.example" });
        }
        Ok(request)
    }

    /// The files of a session's certificate and its key.
    pub(super) fn of(&self, session: &Value) -> Option<[PathBuf; 2]> {
        let name = session["certificate"]["name"].as_str()?;
        Some(["pem", "key"].map(|end| self.place.join(format!("{name}.{end}"))))
    }
}

fn openssl(args: &[&str]) -> Command {
    let mut command = Command::new("openssl");
    command.args(args).stderr(Stdio::null());
    command
}

fn self_signed(name: &str, certificate: &Path, key: &Path) -> Result<()> {
    let mut command = openssl(&["req", "-x509"]);
    command.args(NEW_KEY).args([DAYS, "-subj", &format!("/CN={name}"), "-keyout"]).arg(key);
    capture(command.arg("-out").arg(certificate)).map(drop)
}

/// The SHA-256 of the public key, as smtpd prints it.
// postconf(5), smtpd_tls_fingerprint_digest
fn key_fingerprint(certificate: &Path, place: &Path) -> Result<String> {
    let key = place.join("public.pem");
    fs::write(&key, capture(openssl(&["x509", "-noout", "-pubkey", "-in"]).arg(certificate))?)?;
    let binary = place.join("public.der");
    capture(openssl(&["pkey", "-pubin", "-outform", "DER", "-in"]).arg(&key).arg("-out").arg(&binary))?;
    let digest = capture(openssl(&["dgst", "-sha256", "-r"]).arg(&binary))?;
    let digits = digest.split_whitespace().next().context("no digest")?.to_uppercase();
    let pairs: Vec<&str> = (0..digits.len()).step_by(2).filter_map(|at| digits.get(at..at + 2)).collect();
    Ok(pairs.join(":"))
}
