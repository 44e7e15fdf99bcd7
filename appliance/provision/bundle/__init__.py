"""A bundle: one signed file with all that a site without any network needs.

    untrusted comment: clinic voice appliance bundle        four lines of minisign (https://jedisct1.github.io/minisign/):
    <Ed25519 signature of BLAKE2b-512 of the payload>       these, and only these, sign everything after them
    trusted comment: timestamp:...	version:...	hashed
    <Ed25519 signature of the signature and the trusted comment>
    <payload: an uncompressed tar>

    bundle.json         what this is and which machine it is for; always first
    sbom.cdx.json       software bill of materials, CycloneDX 1.6
    packages.txt        Debian packages the site needs; packages/*.deb when they were asked for
    wheels/*.whl        Python packages, the project's own among them
    models/...          manifest, lock, the project's models and those of the profile
    project/...         the source tree: systemd units, scripts, samples, tests

Debian's own tools read it too: `head -n 4` is the signature, `tail -n +5` the payload.
"""
