# cmake -DOUTPUT=FILE.cc -DSQL=v1.sql,v2.sql,... -P embed_sql.cmake
#
# Writes a source file that holds the migrations as string literals: vN.sql is version N.

string(REPLACE "," ";" sql_files "${SQL}")
set(text "// Made by embed_sql.cmake from resources/sql/.\n#include \"engine/store/migrations.h\"\n\n")
string(APPEND text "namespace longtake::store {\n\nstd::span<const Migration> library_migrations() {\n")
string(APPEND text "  static constexpr Migration kMigrations[] = {\n")
foreach(file IN LISTS sql_files)
  get_filename_component(name ${file} NAME_WE)
  string(SUBSTRING ${name} 1 -1 version)
  file(READ ${file} sql)
  string(APPEND text "      {${version}, R\"sql(${sql})sql\"},\n")
endforeach()
string(APPEND text "  };\n  return kMigrations;\n}\n\n}  // namespace longtake::store\n")
file(WRITE ${OUTPUT} "${text}")
