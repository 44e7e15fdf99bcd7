"""Are the models that the manifest names all there, and byte for byte the right ones?"""

from __future__ import annotations

from appliance.faults import TheirFault
from appliance.health import Result, Subject
from appliance.provision.manifest import PROJECT_MODELS, read_manifest, verify

SLOW = False


def check(subject: Subject) -> Result:
    """Compare presence and size, and when thorough the SHA-256, of every file with manifest.toml."""
    folder = subject.machine.paths.models or PROJECT_MODELS
    try:
        models = read_manifest(folder)
        for name in models:
            verify(folder, name, thorough=subject.thorough)
    except TheirFault as fault:
        return Result("models", "broken", fault.sentence, fault.repair)
    return Result("models", "ok", f"Models {'verified' if subject.thorough else 'present'}: {', '.join(models) or 'none'}.")
