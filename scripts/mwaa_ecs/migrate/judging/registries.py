"""Where an image comes from: what needs no answer, credentials, or an address."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mwaa_ecs_operator.images import normalise

# Docker's own images: Docker Hub serves them without a namespace (docs.docker.com/docker-hub).
# It still serves those that are no longer built, such as centos.
_OFFICIAL = frozenset(
    """
    adminer adoptopenjdk aerospike almalinux alpine alt amazoncorretto amazonlinux api-firewall
    arangodb archlinux backdrop bash bonita buildpack-deps busybox caddy cassandra centos
    chronograf cirros clearlinux clefos clickhouse clojure composer consul convertigo couchbase
    couchdb crate dart debian docker drupal eclipse-mosquitto eclipse-temurin eggdrop
    elasticsearch elixir emqx erlang express-gateway fedora flink fluentd friendica gazebo gcc
    geonetwork ghost golang gradle groovy haproxy haskell haxe hello-world hitch httpd
    hylang ibm-semeru-runtimes ibmjava influxdb irssi jenkins jetty joomla jruby julia
    kapacitor kibana
    kong krakend lightstreamer liquibase logstash mageia mariadb matomo maven mediawiki
    memcached mongo mongo-express monica mono mysql nats nats-streaming neo4j
    neurodebian nextcloud nginx node notary odoo open-liberty openjdk opensuse oraclelinux
    orientdb owncloud percona perl photon php php-zendserver phpmyadmin plone postfixadmin
    postgres pypy python r-base rabbitmq rakudo-star redis redmine registry rethinkdb
    rocket.chat rockylinux ros ruby rust sapmachine satosa scratch silverpeas sl solr
    sonarqube spark spiped storm swift swipl teamspeak telegraf tomcat tomee traefik
    ubuntu unit varnish vault websphere-liberty wordpress xwiki yourls znc zookeeper
    """.split()  # noqa: SIM905 - one word a line would be a page
)

_PUBLIC = frozenset(
    """
    docker.io quay.io ghcr.io gcr.io k8s.gcr.io registry.k8s.io mcr.microsoft.com
    nvcr.io docker.elastic.co public.ecr.aws registry.gitlab.com
    registry.access.redhat.com container-registry.oracle.com
    """.split()  # noqa: SIM905 - one word a line would be a page
)
"""Registries that serve images to anybody who asks; a connection tells of those that do not."""

_ECR = re.compile(r"\d{12}\.dkr\.ecr(-fips)?\.[a-z0-9-]+\.amazonaws\.com(\.cn)?")
_REFERENCE = re.compile(
    r"[a-zA-Z0-9][a-zA-Z0-9._/-]*(:\d+/[a-zA-Z0-9._/-]+)?(:[\w][\w.-]{0,127})?(@sha256:[0-9a-f]{64})?"
)


@dataclass(frozen=True)
class Source:
    """Where an image comes from.

    Attributes:
        kind: ecr, public, private (asks for credentials), or local (on the Docker host only).
        registry: its host.
        name: the image without tag and digest.
    """

    kind: str
    registry: str
    name: str


def is_reference(image: str) -> bool:
    """Tell whether a text can be an image's reference."""
    return bool(_REFERENCE.fullmatch(image.strip()))


def source_of(image: str) -> Source:
    """Return where an image comes from."""
    registry, _, rest = normalise(image).partition("/")
    name = image.strip().partition("@")[0]
    last = name.rpartition("/")[2]
    name = name[: len(name) - len(last)] + last.partition(":")[0]
    if _ECR.fullmatch(registry):
        return Source("ecr", registry, name)
    host = registry.partition(":")[0]
    if host in ("localhost", "127.0.0.1", "host.docker.internal", "registry"):
        return Source("local", registry, name)
    if registry == "docker.io":
        official = rest.removeprefix("library/").partition(":")[0].partition("@")[0]
        if rest.startswith("library/") and official not in _OFFICIAL:
            return Source("local", registry, name)
        return Source("public", registry, name)
    return Source("public" if registry in _PUBLIC else "private", registry, name)


def moved(image: str, name: str, registry: str) -> str:
    """Return a local image's reference in a registry, or in a repository named whole."""
    plain = name
    if source_of(image).registry != "docker.io":
        plain = name.partition("/")[2]
    rest = image.strip()[len(name) :]
    base = registry.rstrip("/")
    if base.rpartition("/")[2] == plain.rpartition("/")[2]:
        return f"{base}{rest}"
    return f"{base}/{plain}{rest}"
