"""Apply a configuration: all of it or nothing, in the caller's transaction, through the rooms' verbs.

What a configuration no longer names is archived, not deleted; applied again, it revives. Only what differs
is written, each kind at once: the number of statements does not grow with what stays the same.
"""

from dataclasses import dataclass, field

from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel import clock
from saas.kernel.actors import Actor
from saas.provisioning import canonical, comparing, differing, history, identifying, standing, writing
from saas.provisioning.comparing import Change, What
from saas.provisioning.schema import Configuration
from saas.provisioning.standing import World
from saas.provisioning.writing import Writing
from saas.tenancy import tenants


@dataclass
class Applied:
    """What an application changed, as `kind/slug`, and the configuration's version after it.

    `replaced` says in words what it took back of what was saved on a page.
    """

    changed: list[str] = field(default_factory=list)
    archived: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    version: int = 0


def apply(configuration: Configuration, actor: Actor) -> Applied:
    """Bring the session's tenant to *configuration*; applying it twice changes nothing the second time.

    ConfigurationInvalid where an id is another thing's, or an earlier slug names nothing.
    """
    world = standing.read()
    wanted = identifying.resolve(configuration, world.tables)
    changes = comparing.compare(world.files, canonical.form(wanted), known(world))
    if not changes:
        return Applied()
    applied = Applied(
        changed=[str(one) for one in changes if one.what is not What.ARCHIVE],
        archived=[str(one) for one in changes if one.what is What.ARCHIVE],
        replaced=_replaced(changes, wanted, world),
    )
    writing.write(Writing(identifying.named(wanted), changes, world.tables, actor, clock.now()))
    applied.version = tenants.raise_config_version(world.tables.tenant.id)
    book.tell(EventKind.CONFIGURATION_APPLIED, world.tables.tenant.id, actor, changed=applied.changed,
              archived=applied.archived, version=applied.version)  # fmt: skip
    return applied


def known(world: World) -> frozenset[str]:
    """Return the ids of whatever the clinic has or had."""
    return frozenset(str(row.id) for table in standing.KINDS.values() for row in world.tables.rows[table])


def _replaced(changes: tuple[Change, ...], wanted: Configuration, world: World) -> list[str]:
    """Say what is no longer as somebody saved it on a page; nothing where the version came from files."""
    after = {str(one.id): one for one in wanted.offerings}
    edited = [one.thing for one in changes if one.thing.kind == "offering" and one.thing.id in after
              and one.what is not What.CREATE]  # fmt: skip
    before = {str(key): version for key, version in world.tables.versions.items()}
    authors = history.page_authors([before[str(one.id)] for one in edited if one.id in before])
    found = []
    for thing in edited:
        version = before.get(str(thing.id))
        author = authors.get(version.id) if version else None
        if version and author is not None:
            said = differing.differences(version.content, after[str(thing.id)].content())
            words = "; ".join(map(differing.in_words, said))
            found.append(f"offering/{thing.slug} replaces what {author} saved on a page ({words})")
    return found
