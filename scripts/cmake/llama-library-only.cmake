# Read by CMake through CMAKE_PROJECT_INCLUDE while pip builds llama-cpp-python. Its own CMakeLists forces llama.cpp's helper
# library for command-line tools into the build; a plain variable hides that setting (CMP0126). The Python package never loads it.
set(LLAMA_BUILD_COMMON OFF)
