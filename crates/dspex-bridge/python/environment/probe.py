"""Says which interpreter runs this, in words that any Python since 2.7 understands."""

import platform
import sys

print("%d.%d.%d" % sys.version_info[:3])
print(platform.python_implementation())
print(sys.executable)
