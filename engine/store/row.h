// Declares Row: reads the columns of a table's row in order and checks the row's checksum.
//
// Thread rule: as Statement. Lifetime rule: a Row looks at its Statement's current row.
#ifndef LONGTAKE_ENGINE_STORE_ROW_H_
#define LONGTAKE_ENGINE_STORE_ROW_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "engine/store/database.h"
#include "kernels/error.h"

namespace longtake::store {

// "SELECT <columns>, crc IS row_crc(<columns>) FROM <table> <rest>", for Row.
inline std::string select(std::string_view table, std::string_view columns, std::string_view rest) {
  std::string sql = "SELECT ";
  sql.append(columns).append(", crc IS row_crc(").append(columns).append(") FROM ");
  return sql.append(table).append(" ").append(rest);
}

class Row {
 public:
  // Throws Error{corrupt_data} if the last of the row's `columns` columns says that its checksum
  // fails.
  Row(const Statement& statement, int columns, std::string_view table) : statement_(statement) {
    if (statement.integer(columns) == 1) return;
    throw Error(
        ErrorCode::corrupt_data,
        "library.db: row " + std::to_string(statement.integer(0)) + " of the table " +
            std::string(table) + " is damaged",
        "Run `longtake-cli check`; put back a backup of the library, or remove the video that "
        "the row belongs to.");
  }

  // Each call takes the next column.
  std::int64_t integer() { return statement_.integer(next_++); }
  double real() { return statement_.real(next_++); }
  std::string text() { return statement_.text(next_++); }
  std::span<const std::byte> blob() { return statement_.blob(next_++); }
  template <typename Enum>
  Enum enumeration() {
    return static_cast<Enum>(integer());
  }

 private:
  const Statement& statement_;
  int next_ = 0;
};

}  // namespace longtake::store

#endif  // LONGTAKE_ENGINE_STORE_ROW_H_
