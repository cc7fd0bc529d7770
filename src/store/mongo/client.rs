//! The driver's client: its options, and where it is connected to.

use std::time::Duration;

use bson::{Document, doc};
use mongodb::Client;
use mongodb::options::{Acknowledgment, ClientOptions, Credential, ReadPreference, SelectionCriteria, ServerAddress};

use super::durability::{Durability, write_concern};
use super::failure::call;
use crate::config::{MongoAddress, MongoConfig, Secret};
use crate::store::StoreError;

/// How long to look for a primary. The driver's own default is 30 s.
const SERVER_SELECTION_TIMEOUT: Duration = Duration::from_secs(5);

/// A client, and what it does not know.
pub struct Connection {
    pub client: Client,
    pub durability: Durability,
    /// User and hosts.
    pub address: String,
}

/// Connects, and logs in if there is a login.
///
/// # Errors
/// The URI is not one, the server cannot be reached, or refuses the login.
pub async fn connect(config: &MongoConfig) -> Result<Connection, StoreError> {
    match &config.address {
        MongoAddress::Uri(uri) => open(options_of_uri(uri).await?).await.map(|(connection, _)| connection),
        MongoAddress::Parts { host, port, login } => connect_to_host(host, *port, login.as_ref()).await,
    }
}

/// One host: spoken to directly, whatever name a replica set knows it by. Only a member that is not the primary is
/// asked where that is.
async fn connect_to_host(host: &str, port: u16, login: Option<&(String, Secret)>) -> Result<Connection, StoreError> {
    let mut options = options_of_host(host, port, login);
    let (connection, hello) = open(options.clone()).await?;
    match hello.get_str("setName") {
        Ok(name) if !hello.get_bool("isWritablePrimary").unwrap_or(true) => {
            options.direct_connection = Some(false);
            options.repl_set_name = Some(name.to_owned());
            open(options).await.map(|(connection, _)| connection)
        }
        _ => Ok(connection),
    }
}

fn options_of_host(host: &str, port: u16, login: Option<&(String, Secret)>) -> ClientOptions {
    let credential = login.map(|(username, password)| {
        Credential::builder()
            .username(username.clone())
            .password(password.expose().to_owned())
            .build()
    });
    ClientOptions::builder()
        .hosts(vec![ServerAddress::Tcp {
            host: host.to_owned(),
            port: Some(port),
        }])
        .credential(credential)
        .direct_connection(true)
        .build()
}

fn invalid(reason: &str) -> StoreError {
    StoreError::InvalidUri {
        reason: reason.to_owned(),
    }
}

/// The driver's own words about a URI may quote its password, so they are not passed on.
async fn options_of_uri(uri: &Secret) -> Result<ClientOptions, StoreError> {
    if uri.expose().starts_with("mongodb+srv://") {
        return Err(invalid(
            "mongodb+srv:// is not supported; list the hosts: mongodb://host1,host2/?replicaSet=NAME",
        ));
    }
    let parsed = ClientOptions::parse(uri.expose()).await;
    let options = parsed.map_err(|_| {
        invalid(
            "it is not a valid mongodb:// URI; in user and password, the characters : / ? # [ ] @ % are written as %XX",
        )
    })?;
    match options.write_concern.as_ref().and_then(|concern| concern.w.as_ref()) {
        Some(Acknowledgment::Nodes(0)) => Err(invalid(
            "w=0 cannot be used: a write that is not acknowledged may be lost",
        )),
        _ => Ok(options),
    }
}

/// Applies what holds for every connection, and says hello.
async fn open(mut options: ClientOptions) -> Result<(Connection, Document), StoreError> {
    options.app_name = Some("vmsync".to_owned());
    options.server_selection_timeout = Some(SERVER_SELECTION_TIMEOUT);
    options.connect_timeout = Some(SERVER_SELECTION_TIMEOUT);
    options.selection_criteria = Some(SelectionCriteria::ReadPreference(ReadPreference::Primary));
    options.read_concern = None;
    let concern = write_concern(options.write_concern.take());
    let durability = Durability::new(&concern).map_err(|_| invalid("its write concern is not one"))?;
    options.write_concern = Some(concern);
    let address = address(&options);
    let client = Client::with_options(options).map_err(|_| invalid("its options contradict each other"))?;
    let hello = call(client.database("admin").run_command(doc! { "hello": 1 })).await;
    let hello = hello.map_err(|failure| failure.into_error(&address, "say hello"))?;
    Ok((
        Connection {
            client,
            durability,
            address,
        },
        hello,
    ))
}

fn address(options: &ClientOptions) -> String {
    let hosts: Vec<String> = options.hosts.iter().map(ToString::to_string).collect();
    let user = options
        .credential
        .as_ref()
        .and_then(|credential| credential.username.as_deref());
    let user = user.map(|user| format!("{user}@")).unwrap_or_default();
    format!("mongodb://{user}{}", hosts.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn refused(uri: &str) -> String {
        let secret = Secret::new(uri.to_owned());
        options_of_uri(&secret)
            .await
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    }

    #[tokio::test]
    async fn an_invalid_uri_is_not_quoted() {
        for uri in [
            "mongodb://u:canary@",
            "mongodb://u:can%ary@h",
            "canary",
            "mongodb://u:canary@h/?w=0",
            "mongodb+srv://u:canary@h",
        ] {
            let text = refused(uri).await;
            assert!(text.contains("mongodb.uri") && !text.contains("canary"), "{text}");
        }
    }

    #[tokio::test]
    async fn the_address_has_the_user_only() {
        let uri = Secret::new("mongodb://u:canary@a:1,b/?replicaSet=r".to_owned());
        assert_eq!(address(&options_of_uri(&uri).await.unwrap()), "mongodb://u@a:1,b:27017");
        let login = ("u".to_owned(), Secret::new("canary".to_owned()));
        assert_eq!(
            address(&options_of_host("h", 27017, Some(&login))),
            "mongodb://u@h:27017"
        );
    }
}
