"""The import rules of the design: a folder may import only the folders named beside it."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAY_IMPORT = {
    "analysis": set(),
    "cerca": {"analysis", "cloud_inference", "infra", "lambda_proxy", "loadtests", "recognizer", "samples"},
    # the model as well, for the baseline alone: `test_the_start_imports...` keeps the endpoint free of it
    "cloud_inference": {"recognizer.bundle", "recognizer.spoter"},
    "infra": {"cloud_inference", "lambda_proxy", "recognizer.bundle"},
    "lambda_proxy": set(),
    # the bundle, so that the driver runs the very file that the browser and the endpoint were given
    # and, without torch, datasets and paired accuracy, because keypoint extraction writes the one and shows the other
    # and what makes a bundle, so that a benchmark can have one of the published model's size
    "loadtests": {
        "analysis",
        "infra",
        *(f"recognizer.{name}" for name in ("bundle", "datasets", "errors", "paired")),
        *(f"recognizer.{name}" for name in ("build", "bundle_writer", "spoter")),
    },
    "recognizer": set(),
    # the model and the landmarkers, so that `cerca samples check` says how many of the rendered clips are recognised
    "samples": {"loadtests.extraction", "recognizer.bundle"},
}


def imported_modules(source: str) -> set[str]:
    modules = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            modules |= {f"{node.module}.{alias.name}" for alias in node.names}
    return modules


@pytest.mark.parametrize("folder", sorted(MAY_IMPORT))
def test_a_folder_imports_only_what_the_design_allows(folder):
    sources = list((ROOT / folder).rglob("*.py"))
    assert sources
    for path in sources:
        if "node_modules" in path.parts:
            continue
        for module in imported_modules(path.read_text()):
            if module.split(".")[0] not in MAY_IMPORT or module.split(".")[0] == folder:
                continue
            allowed = any(f"{module}.".startswith(f"{rule}.") for rule in MAY_IMPORT[folder])
            assert allowed, f"{path.relative_to(ROOT)} imports {module}"
