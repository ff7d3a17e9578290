// Declares what the file layer and those who write through it say when the system refuses.
//
// Thread rule: any thread. Lifetime rule: none.
#ifndef LONGTAKE_ENGINE_BASE_FILE_ERROR_H_
#define LONGTAKE_ENGINE_BASE_FILE_ERROR_H_

#include <filesystem>
#include <string>
#include <string_view>

namespace longtake {

// Throws the Error for an errno: "PATH: cannot ACTION: ...", with the hint for its kind.
[[noreturn]] void fail_file(const std::filesystem::path& path, const std::string& action,
                            int error);

// Asks the test hook (set_file_fault_for_tests()) before an operation that changes the disk.
void may_fail(std::string_view operation, const std::filesystem::path& path);

}  // namespace longtake

#endif  // LONGTAKE_ENGINE_BASE_FILE_ERROR_H_
