"""Document matching made from the configuration: the BioServer's client, its keys, the journey over them."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from app.bioserver.client import BioServerClient
from app.bioserver.keys import KeyRing
from app.bioserver.matcher import BioServerMatcher, Terms
from app.bioserver.preflight import Preflight
from app.bioserver.recheck import Rechecker
from app.bioserver.transport import Access
from app.config import Configuration, SecretResolver
from app.config.policy import BioserverPolicy, SignatureRule
from app.domain.document import MatchPolicy
from app.domain.errors import ConfigurationInvalid
from app.journeys.document_match import DocumentMatch
from app.store import Store


async def connect(configuration: Configuration, secrets: SecretResolver) -> BioServerClient | None:
    """The client of the configured BioServer, None when it is not enabled. Nothing is asked of the server yet.

    Raises ConfigurationInvalid when the API key or a certificate file cannot be had.
    """
    settings = configuration.bioserver
    if not settings.enabled:
        return None
    key = await asyncio.to_thread(_api_key, configuration, secrets)
    access = Access(settings.address, key, settings.api_key_header, settings.request_timeout_s)
    ca_file = configuration.path(settings.ca_file)
    return await BioServerClient.connect(access, ca_file=ca_file, array_bodies=settings.array_bodies)


async def document_match(
    configuration: Configuration, client: BioServerClient, store: Store, actor: Callable[[], str]
) -> DocumentMatch:
    """The journey over a connected client, with evidence kept in the store."""
    settings, policy = configuration.bioserver, configuration.policy.bioserver
    files = [path for name in settings.signature_key_files if (path := configuration.path(name))]
    terms = Terms(
        session_ttl_s=settings.session_ttl_s,
        reply_age_s=policy.reply_age_s,
        keep_images=settings.keep_images,
        signed_subset=settings.signed_subset,
        mode=settings.mode,
        keys=await asyncio.to_thread(_keys, files),
    )
    matcher = BioServerMatcher(client, terms)
    return DocumentMatch(matcher, Preflight(), store.evidence, Rechecker(), _policy(policy), actor=actor)


def _policy(settings: BioserverPolicy) -> MatchPolicy:
    return MatchPolicy(
        document_threshold=settings.document_threshold,
        selfie_threshold=settings.selfie_threshold,
        signature_required=settings.signature is SignatureRule.REQUIRED,
        reply_age_s=settings.reply_age_s,
        liveness_required=settings.liveness,
    )


def _api_key(configuration: Configuration, secrets: SecretResolver) -> str:
    reference = configuration.bioserver.api_key
    if reference is None:
        raise ConfigurationInvalid({"bioserver.api_key": "is needed when the BioServer is enabled."})
    return secrets.resolve("bioserver.api_key", reference)


def _keys(files: list[Path]) -> KeyRing:
    return KeyRing.of(file.read_text("utf-8") for file in files)
