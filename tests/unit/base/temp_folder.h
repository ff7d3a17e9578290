// Declares TempFolder: a folder of a test's own, removed with everything in it.
//
// Thread rule: one thread. Lifetime rule: the folder lives as long as the object.
#ifndef LONGTAKE_TESTS_UNIT_BASE_TEMP_FOLDER_H_
#define LONGTAKE_TESTS_UNIT_BASE_TEMP_FOLDER_H_

#include <stdlib.h>

#include <filesystem>
#include <stdexcept>
#include <string>

namespace longtake {

class TempFolder {
 public:
  TempFolder() : TempFolder(std::filesystem::temp_directory_path()) {}
  explicit TempFolder(const std::filesystem::path& parent) {
    std::string name = (parent / "longtake-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp " + name);
    path_ = name;
  }
  ~TempFolder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::filesystem::path& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace longtake

#endif  // LONGTAKE_TESTS_UNIT_BASE_TEMP_FOLDER_H_
