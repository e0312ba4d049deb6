//! The client of a session: what it sends, and the replies.

use super::servers::copy;
use anyhow::{Context, Result};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// How long a reply may take.
const PATIENCE: Duration = Duration::from_secs(10);

const MESSAGE: &str = "From: <recorder@recorder.example>\r\nTo: <recorder@recorder.example>\r\n\
    Subject: recorded\r\nMessage-Id: <1@recorder.example>\r\nDate: Thu, 1 Jan 2026 00:00:00 +0000\r\n\
    MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nhello\r\n.\r\n";

/// A connection was closed.
struct Closed;

/// A connection, and what was answered on it.
struct Client<'a> {
    stream: TcpStream,
    tls: Option<Tls>,
    /// Bytes that belong to no reply yet.
    read: Vec<u8>,
    replies: Vec<Value>,
    is_closed: bool,
    /// The files of the certificate to show, and of its key.
    certificate: Option<[PathBuf; 2]>,
    /// The only ciphers that it offers, in the words of ciphers(1).
    ciphers: Option<String>,
    has_died: &'a dyn Fn() -> bool,
}

/// An `openssl s_client` that does the encryption.
struct Tls {
    child: Child,
    input: ChildStdin,
    output: Receiver<Vec<u8>>,
}

impl Drop for Tls {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where a session connects to.
pub(super) struct Place {
    pub(super) address: SocketAddr,
    /// The server's addresses as the session sees them, IPv4 and IPv6.
    pub(super) server: [String; 2],
    /// Whether TLS comes first.
    pub(super) wrapped: bool,
}

/// Plays a session. `has_died` says whether smtpd gave up meanwhile.
pub(super) fn play(
    place: &Place,
    session: &Value,
    certificate: Option<[PathBuf; 2]>,
    has_died: &dyn Fn() -> bool,
) -> Result<Vec<Value>> {
    let stream = TcpStream::connect_timeout(&place.address, PATIENCE).context("cannot connect")?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_millis(20)))?;
    let mut client = Client {
        stream,
        tls: None,
        read: Vec::new(),
        replies: Vec::new(),
        is_closed: false,
        certificate,
        ciphers: session["tls_ciphers"].as_str().map(str::to_owned),
        has_died,
    };
    // https://www.haproxy.org/download/1.8/doc/proxy-protocol.txt, version 1
    let address = session["client_addr"].as_str().context("no `client_addr`")?;
    let [four, six] = &place.server;
    let (family, server) = if address.contains(':') { ("TCP6", six) } else { ("TCP4", four) };
    client.send(&format!("PROXY {family} {address} {server} 40000 {}\r\n", place.address.port()));
    // A closed connection ends a session like any other end.
    let _ = client.session(session, place.wrapped);
    Ok(std::mem::take(&mut client.replies))
}

impl Client<'_> {
    fn session(&mut self, session: &Value, wrapped: bool) -> Result<(), Closed> {
        let text = |key: &str| session[key].as_str();
        if wrapped {
            self.start_tls()?;
        }
        if self.reply("connect", None)? >= 400 {
            self.send("QUIT\r\n");
            return Ok(());
        }
        let hello = text("helo").map(|name| (name, if text("proto") == Some("SMTP") { "HELO" } else { "EHLO" }));
        let greet = |client: &mut Self| match hello {
            Some((name, verb)) => client.ask("helo", &format!("{verb} {name}"), Some(name)).map(drop),
            None => Ok(()),
        };
        greet(self)?;
        if session["tls"] == true && !wrapped && self.ask("starttls", "STARTTLS", None)? == 220 {
            self.start_tls()?;
            greet(self)?;
        }
        if let Some(user) = text("sasl_user") {
            let secret = BASE64_STANDARD.encode(format!("\0{user}\0secret"));
            self.ask("auth", &format!("AUTH PLAIN {secret}"), Some(user))?;
        }
        if let Some(argument) = text("etrn") {
            self.ask("etrn", &format!("ETRN {argument}"), Some(argument))?;
        }
        if let Some(argument) = text("vrfy") {
            self.ask("vrfy", &format!("VRFY {argument}"), Some(argument))?;
        }
        if text("sender").is_some() {
            self.mail(session)?;
        }
        session["then"].as_array().into_iter().flatten().try_for_each(|message| {
            self.ask("rset", "RSET", None)?;
            self.mail(message)
        })
    }

    fn mail(&mut self, session: &Value) -> Result<(), Closed> {
        let quoted = |address: &str| {
            if session["brackets"] == false { address.to_owned() } else { format!("<{address}>") }
        };
        let list = |key: &str| session[key].as_array().into_iter().flatten().filter_map(Value::as_str);
        let sender = session["sender"].as_str().unwrap_or_default();
        let params: String = list("mail_params").map(|param| format!(" {param}")).collect();
        let mail = format!("MAIL FROM:{}{params}", quoted(sender));
        let wants_data = session["data"] == true;
        let blind = session["blind"] == true;
        if session["pipelined"] == true {
            let mut all = format!("{mail}\r\n");
            list("recipients").for_each(|one| all.push_str(&format!("RCPT TO:{}\r\n", quoted(one))));
            all.push_str(if wants_data { "DATA\r\n" } else { "" });
            self.send(&all);
            self.reply("mail", Some(sender))?;
            for one in list("recipients") {
                self.reply("rcpt", Some(one))?;
            }
            return if wants_data && self.reply("data", None)? == 354 { self.message() } else { Ok(()) };
        }
        if self.ask("mail", &mail, Some(sender))? >= 400 && !blind {
            return Ok(());
        }
        let mut accepted = false;
        for one in list("recipients") {
            accepted |= self.ask("rcpt", &format!("RCPT TO:{}", quoted(one)), Some(one))? == 250;
        }
        let goes_on = wants_data && (accepted || blind);
        if goes_on && self.ask("data", "DATA", None)? == 354 { self.message() } else { Ok(()) }
    }

    fn message(&mut self) -> Result<(), Closed> {
        self.send(MESSAGE);
        self.reply("eod", None).map(drop)
    }

    /// Sends a command and waits for the reply; 421 ends the session.
    fn ask(&mut self, command: &str, line: &str, argument: Option<&str>) -> Result<i64, Closed> {
        self.send(&format!("{line}\r\n"));
        match self.reply(command, argument)? {
            421 => Err(Closed),
            code => Ok(code),
        }
    }

    fn send(&mut self, text: &str) {
        // Where the server is gone, the missing reply says so.
        let _ = match &mut self.tls {
            Some(tls) => tls.input.write_all(text.as_bytes()).and_then(|()| tls.input.flush()),
            None => self.stream.write_all(text.as_bytes()),
        };
    }

    fn reply(&mut self, command: &str, argument: Option<&str>) -> Result<i64, Closed> {
        let mut lines: Vec<String> = Vec::new();
        loop {
            let Some(line) = self.line() else {
                self.is_closed = true;
                break;
            };
            let is_last = line.as_bytes().get(3) != Some(&b'-');
            lines.push(line);
            if is_last {
                break;
            }
        }
        let mut reply = json!({ "command": command });
        if let Some(argument) = argument {
            reply["arg"] = json!(argument);
        }
        let code = lines.last().and_then(|line| line.get(..3)).and_then(|code| code.parse::<i64>().ok()).unwrap_or(0);
        let texts: Vec<&str> = lines.iter().map(|line| line.get(4..).unwrap_or_default()).collect();
        let greets = matches!(command, "connect" | "helo");
        let dsn = texts.last().and_then(|text| dsn(text)).filter(|_| !greets || code >= 400);
        reply["code"] = json!(code);
        reply["dsn"] = json!(dsn);
        reply["text"] =
            json!(if lines.is_empty() { "(connection closed)".to_owned() } else { plain(&texts.join("\n")) });
        reply["verdict"] = json!(match code {
            1..400 => "permit",
            400..500 => "defer",
            _ => "reject",
        });
        self.replies.push(reply);
        if lines.is_empty() { Err(Closed) } else { Ok(code) }
    }

    /// The next line; nothing if the connection is closed.
    fn line(&mut self) -> Option<String> {
        let since = Instant::now();
        loop {
            if let Some(end) = self.read.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.read.drain(..=end).collect();
                return Some(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned());
            }
            if self.is_closed || since.elapsed() > PATIENCE || (self.replies.is_empty() && (self.has_died)()) {
                return None;
            }
            match &self.tls {
                Some(tls) => match tls.output.recv_timeout(Duration::from_millis(20)) {
                    Ok(bytes) => self.read.extend(bytes),
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => self.is_closed = true,
                },
                None => {
                    let mut buffer = [0; 4096];
                    match self.stream.read(&mut buffer) {
                        Ok(0) => self.is_closed = true,
                        Ok(length) => self.read.extend(buffer.get(..length).unwrap_or_default()),
                        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                        Err(_) => self.is_closed = true,
                    }
                }
            }
        }
    }

    /// Goes on through `openssl s_client`, which reaches the server through us.
    fn start_tls(&mut self) -> Result<(), Closed> {
        self.tls = Some(self.tls().map_err(|_| Closed)?);
        Ok(())
    }

    fn tls(&self) -> Result<Tls> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let place = listener.local_addr()?.to_string();
        let mut command = Command::new("openssl");
        command.args(["s_client", "-quiet", "-nocommands", "-verify_quiet", "-connect", &place]);
        if let Some([certificate, key]) = &self.certificate {
            command.arg("-cert").arg(certificate).arg("-key").arg(key);
        }
        if let Some(ciphers) = &self.ciphers {
            // Those of TLS 1.3 are named elsewhere, and all of them encrypt.
            command.args(["-no_tls1_3", "-cipher", ciphers]);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().context("openssl")?;
        let input = child.stdin.take().context("no input")?;
        let mut output = child.stdout.take().context("no output")?;
        let (inner, _) = listener.accept()?;
        inner.set_nodelay(true)?;
        let outer = self.stream.try_clone()?;
        outer.set_read_timeout(None)?;
        copy(inner.try_clone()?, outer.try_clone()?);
        copy(outer, inner);
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = output.read(&mut buffer) {
                if sender.send(buffer.get(..length).unwrap_or_default().to_vec()).is_err() {
                    break;
                }
            }
        });
        Ok(Tls { child, input, output: receiver })
    }
}

impl Drop for Client<'_> {
    fn drop(&mut self) {
        self.send("QUIT\r\n");
        if !self.is_closed {
            let _ = self.line();
        }
    }
}

/// The enhanced status code that a text begins with.
fn dsn(text: &str) -> Option<&str> {
    let word = text.split(' ').next()?;
    let parts: Vec<&str> = word.split('.').collect();
    let is_number = |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    (parts.len() == 3 && parts.iter().all(is_number) && word.as_bytes().get(1) == Some(&b'.')).then_some(word)
}

/// A text without the name of the queue file.
fn plain(text: &str) -> String {
    match text.split_once("queued as ") {
        Some((before, after)) => {
            let rest = after.trim_start_matches(|ch: char| ch.is_ascii_alphanumeric());
            format!("{before}queued as <QUEUEID>{rest}")
        }
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_codes_are_found_at_the_start() {
        assert_eq!(dsn("5.7.1 <a>: no"), Some("5.7.1"));
        assert_eq!(dsn("4.3.25"), Some("4.3.25"));
        assert_eq!(dsn("mx.a.b ESMTP"), None);
        assert_eq!(dsn("10.0.0.1 x"), None);
        assert_eq!(plain("2.0.0 Ok: queued as 4aBc12"), "2.0.0 Ok: queued as <QUEUEID>");
    }
}
