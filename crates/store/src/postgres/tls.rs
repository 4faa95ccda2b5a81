//! Encryption of the way to the server, as the address asks for it.
//!
//! Keeps true: `sslmode=verify-full` (and `verify-ca`, taken for the same) talks only to a server whose certificate comes from
//! `sslrootcert` and names the host; `require` is never answered in the clear, and verifies as well when `sslrootcert` is given.
//! Not here: certificates of clients; the system's own list of authorities, which a database has no business with.

use std::{
    future::Future,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use qudao_base::{Fault, Result};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_rustls::{
    TlsConnector, client,
    rustls::{
        ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
        client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
        pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
    },
};

/// How connections are made.
#[derive(Clone)]
pub(crate) struct Tls(Option<Arc<ClientConfig>>);

/// The address without what the driver does not know, and how to connect.
pub(super) fn parse(address: &str) -> Result<(String, Tls)> {
    let (place, query) = address.split_once('?').unwrap_or((address, ""));
    let (mut mode, mut root, mut rest) = ("", None, Vec::new());
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            Some(("sslmode", value)) => mode = value,
            Some(("sslrootcert", value)) => root = Some(value.replace("%2F", "/")),
            _ => rest.push(pair),
        }
    }
    let verifies = ["verify-ca", "verify-full"].contains(&mode);
    let tls = match root {
        None if verifies => {
            let told = "sslmode=verify-full needs sslrootcert=<file of certificates>";
            return Err(Fault::new(told).into());
        }
        Some(file) if verifies || mode == "require" => Tls(Some(verifying(&file)?)),
        None if mode == "require" => Tls(Some(trusting()?)),
        _ => Tls(None),
    };
    if ![
        "",
        "disable",
        "prefer",
        "require",
        "verify-ca",
        "verify-full",
    ]
    .contains(&mode)
    {
        return Err(Fault::new(format!("sslmode={mode} is not known")).into());
    }
    // Between asking for encryption and doing without there is nothing: what is preferred only, anybody can take away.
    rest.push(if tls.0.is_some() {
        "sslmode=require"
    } else {
        "sslmode=disable"
    });
    Ok((format!("{place}?{}", rest.join("&")), tls))
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn unusable(error: impl std::error::Error + Send + Sync + 'static) -> Fault {
    Fault::from_error("the way to the database cannot be encrypted", error)
}

fn verifying(file: &str) -> Result<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    let broken = |error: &dyn std::fmt::Display| Fault::new(format!("sslrootcert {file}: {error}"));
    let certificates = CertificateDer::pem_file_iter(file).map_err(|error| broken(&error))?;
    for certificate in certificates {
        let certificate = certificate.map_err(|error| broken(&error))?;
        roots.add(certificate).map_err(|error| broken(&error))?;
    }
    let config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// Encrypts without asking who is at the other end, as `require` means everywhere.
fn trusting() -> Result<Arc<ClientConfig>> {
    let verifier = Arc::new(Anybody(provider()));
    let config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> std::result::Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, Error> {
        let known = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, Error> {
        let known = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// An encrypted stream.
pub(crate) struct Encrypted<S>(client::TlsStream<S>);

/// Encrypts one connection to a host; never called when the address asks for none.
pub(crate) struct Connect(Option<(Arc<ClientConfig>, ServerName<'static>)>);

impl<S> MakeTlsConnect<S> for Tls
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    type Stream = Encrypted<S>;
    type TlsConnect = Connect;
    type Error = io::Error;

    fn make_tls_connect(&mut self, host: &str) -> io::Result<Connect> {
        let Some(config) = &self.0 else {
            return Ok(Connect(None));
        };
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        Ok(Connect(Some((Arc::clone(config), name))))
    }
}

impl<S> TlsConnect<S> for Connect
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    type Stream = Encrypted<S>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Encrypted<S>>> + Send>>;

    fn connect(self, stream: S) -> Self::Future {
        Box::pin(async move {
            let (config, name) = self
                .0
                .ok_or_else(|| io::Error::other("the address asks for no encryption"))?;
            let encrypted = TlsConnector::from(config).connect(name, stream).await?;
            Ok(Encrypted(encrypted))
        })
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> TlsStream for Encrypted<S> {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Encrypted<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Encrypted<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn no_address_falls_back_to_clear_text() {
        let cases = [
            (
                "postgres://a/b",
                Ok(("postgres://a/b?sslmode=disable", false)),
            ),
            (
                "postgres://a/b?x=1&sslmode=require",
                Ok(("postgres://a/b?x=1&sslmode=require", true)),
            ),
            ("postgres://a/b?sslmode=verify-full", Err(())),
            (
                "postgres://a/b?sslmode=verify-full&sslrootcert=%2Fnowhere",
                Err(()),
            ),
            ("postgres://a/b?sslmode=sometimes", Err(())),
        ];
        for (address, expected) in cases {
            let found = parse(address).map_err(drop);
            let found = found.map(|(text, tls)| (text, tls.0.is_some()));
            let expected = expected.map(|(text, tls): (&str, bool)| (text.to_owned(), tls));
            assert_eq!(found, expected, "{address}");
        }
    }
}
