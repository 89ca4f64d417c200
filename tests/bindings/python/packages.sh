#!/bin/sh
# packages.sh PYTHON BINDING DIRECTORY: both distributions are installed into a new environment and used from there.
set -eu
python=$1 binding=$2 directory=$3
if ! "$python" -c 'import flit_core, venv' 2>/dev/null; then
    echo "SKIPPED: $python with flit_core is not installed"
    exit 0
fi
unset PYTHONPATH
rm -rf "$directory"
mkdir -p "$directory/sources"
# Building writes beside the sources.
cp -R "$binding/daemonctx" "$binding/daemon-alias" "$binding/pyproject.toml" "$binding/README.md" "$directory/sources"
"$python" -m venv --without-pip "$directory/environment"
target=$("$directory/environment/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
for source in "$directory/sources" "$directory/sources/daemon-alias"; do
    "$python" -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation \
        --target "$target" "$source"
done
"$directory/environment/bin/python" - <<'PROGRAM'
import importlib.metadata

import daemon
import daemon.daemon
import daemon.pidfile
import daemonctx

assert daemon.DaemonContext is daemonctx.DaemonContext
assert daemon.pidfile.TimeoutPIDLockFile is daemonctx.pidfile.TimeoutPIDLockFile
assert issubclass(daemonctx.DaemonAlreadyRunningError, daemonctx.errors.AlreadyLocked)
assert daemonctx.errors.AlreadyLocked.__module__ == "daemonctx._lockfile", "without lockfile"
assert importlib.metadata.version("daemonctx") == daemonctx.__version__ == daemonctx.library_version()
required = importlib.metadata.requires("daemonctx-daemon-alias")
assert required == [f"daemonctx=={daemonctx.__version__}", "lockfile>=0.10"], required
daemonctx.DaemonContext(working_directory="/tmp").check()
PROGRAM
