//! A static file server for the built page: reads the files once, answers GET and HEAD, counts.
//!
//! It serves nothing but what it read at the start, so no path can lead out of
//! the directory.

use crate::args::Args;
use crate::process::find;
use crate::site;
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

const DEFAULT_PORT: u16 = 8080;

/// A request line and headers longer than this are no browser's.
const REQUEST_LIMIT_BYTES: u64 = 64 * 1024;

/// Builds the page and serves it until it is stopped.
pub(crate) fn command(root: &Path, args: &mut Args) -> Result<()> {
    let port = match args.value("--port")? {
        Some(port) => port.parse().with_context(|| format!("`{port}` is no port number"))?,
        None => DEFAULT_PORT,
    };
    let host = args.value("--host")?.unwrap_or_else(|| "127.0.0.1".to_owned());
    let host: IpAddr = host.parse().with_context(|| format!("`{host}` is no IP address"))?;
    let open = args.flag("--open");
    args.finish()?;
    // Before the build: nobody should wait minutes to hear that a port is taken.
    let listener = listen(host, port)?;
    site::build(root)?;
    let server = Server::start(listener, &site::directory(root))?;
    let url = format!("http://{}/", server.address);
    println!("Postproof is at {url} (Ctrl-C stops it)");
    if open {
        open_browser(&url);
    }
    server.wait();
    Ok(())
}

/// Takes the port, or says who asked for which one and what to do about it.
pub(crate) fn listen(host: IpAddr, port: u16) -> Result<TcpListener> {
    match TcpListener::bind((host, port)) {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            let other = port.checked_add(1).unwrap_or(DEFAULT_PORT);
            bail!("port {port} on {host} is in use; choose another with `cargo xtask serve --port {other}`")
        }
        Err(error) => {
            Err(error).with_context(|| format!("cannot listen on port {port} of {host}; see --port and --host"))
        }
    }
}

fn open_browser(url: &str) {
    let program = ["xdg-open", "open"].into_iter().find(|program| find(program).is_some());
    let started = program.map(|program| Command::new(program).arg(url).stderr(Stdio::null()).spawn());
    if !matches!(started, Some(Ok(_))) {
        println!("no program opens a browser here; go to {url} yourself");
    }
}

/// A running server.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    requests: Arc<AtomicUsize>,
    thread: thread::JoinHandle<()>,
}

type Site = BTreeMap<String, (&'static str, Vec<u8>)>;

impl Server {
    /// Reads the files and answers from a thread of its own.
    pub(crate) fn start(listener: TcpListener, dir: &Path) -> Result<Self> {
        let address = listener.local_addr()?;
        let site = Arc::new(read_site(dir)?);
        let requests = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&requests);
        let thread = thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (site, counter) = (Arc::clone(&site), Arc::clone(&counter));
                // A browser that goes away in the middle is no error of ours.
                thread::spawn(move || drop(answer(stream, &site, &counter)));
            }
        });
        Ok(Self { address, requests, thread })
    }

    /// How many requests have come in so far.
    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    fn wait(self) {
        drop(self.thread.join());
    }
}

fn read_site(dir: &Path) -> Result<Site> {
    let mut site = Site::new();
    for file in site::files(dir)? {
        let path = format!("/{}", file.display()).replace('\\', "/");
        site.insert(path, (mime(&file), fs::read(dir.join(&file))?));
    }
    Ok(site)
}

fn mime(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}

fn answer(stream: TcpStream, site: &Site, requests: &AtomicUsize) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let mut lines = BufReader::new(stream.try_clone()?.take(REQUEST_LIMIT_BYTES)).lines();
    // A browser also opens connections in advance and sends nothing on them.
    let Some(first) = lines.next().transpose()? else { return Ok(()) };
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    requests.fetch_add(1, Ordering::SeqCst);
    write(stream, &first, site)
}

fn write(mut stream: TcpStream, request: &str, site: &Site) -> std::io::Result<()> {
    let mut words = request.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let path = target.split(['?', '#']).next().unwrap_or_default();
    let path = if path == "/" { "/index.html" } else { path };
    let missing = ("text/plain; charset=utf-8", b"not found\n".to_vec());
    let (status, (mime, body)) = match (method, site.get(path)) {
        ("GET" | "HEAD", Some(file)) => ("200 OK", file),
        ("GET" | "HEAD", None) => ("404 Not Found", &missing),
        _ => ("405 Method Not Allowed", &missing),
    };
    write!(stream, "HTTP/1.1 {status}\r\nContent-Type: {mime}\r\nContent-Length: {}\r\n", body.len())?;
    write!(stream, "Content-Security-Policy: {}; frame-ancestors 'none'\r\n", site::POLICY)?;
    stream.write_all(b"Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n")?;
    stream.write_all(b"Referrer-Policy: no-referrer\r\nConnection: close\r\n\r\n")?;
    if method != "HEAD" {
        stream.write_all(body)?;
    }
    stream.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    fn get(server: &Server, request: &str) -> String {
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.write_all(format!("{request} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn files_come_with_type_and_policy_and_are_counted() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("index.html"), "<p>page").unwrap();
        fs::write(dir.path().join("app.js"), "1").unwrap();
        let server = Server::start(listen(LOOPBACK, 0).unwrap(), dir.path()).unwrap();
        let page = get(&server, "GET /?x");
        assert!(page.starts_with("HTTP/1.1 200") && page.ends_with("<p>page"), "{page}");
        assert!(page.contains("connect-src 'none'") && page.contains("no-store"), "{page}");
        assert!(get(&server, "GET /app.js").contains("text/javascript"));
        assert!(get(&server, "GET /../Cargo.toml").starts_with("HTTP/1.1 404"));
        assert!(get(&server, "POST /").starts_with("HTTP/1.1 405"));
        assert!(!get(&server, "HEAD /").ends_with("<p>page"));
        assert_eq!(server.requests(), 5);
    }

    #[test]
    fn a_busy_port_is_named_with_the_way_out() {
        let taken = listen(LOOPBACK, 0).unwrap();
        let port = taken.local_addr().unwrap().port();
        let message = listen(LOOPBACK, port).unwrap_err().to_string();
        assert!(message.contains(&port.to_string()) && message.contains("--port"), "{message}");
    }
}
