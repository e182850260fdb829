from setuptools import setup

setup(
    cffi_modules=["runtime/build_runtime.py:ffibuilder"],
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
