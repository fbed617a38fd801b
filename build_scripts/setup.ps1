# Windows: what `make test` does elsewhere. Run from the folder of the project:
#   powershell -ExecutionPolicy Bypass -File build_scripts\setup.ps1 [-Run | -Demo]
param([switch]$Run, [switch]$Demo)
$ErrorActionPreference = "Stop"

python -c "import sys; sys.exit(0 if sys.version_info >= (3, 11) else 'Fourview needs Python 3.11 or newer.')"
if ($LASTEXITCODE) { exit 1 }
if (-not (Test-Path .venv)) { python -m venv .venv }
.venv\Scripts\python -m pip install --quiet -e ".[test]"
if ($LASTEXITCODE) { exit 1 }
if ($Demo) { .venv\Scripts\fourview demo }
elseif ($Run) { .venv\Scripts\fourview }
else { .venv\Scripts\pytest }
exit $LASTEXITCODE
