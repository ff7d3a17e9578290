// Declares the formats of the export as a person chooses among them, and the list that shows them.
//
// Thread rule: GUI thread. Lifetime rule: the theme outlives the list.
#ifndef LONGTAKE_UI_DIALOGS_EXPORT_FORMATS_H_
#define LONGTAKE_UI_DIALOGS_EXPORT_FORMATS_H_

#include <QListWidget>

#include "engine/engine.h"
#include "ui/base/theme.h"

namespace longtake::ui {

// One line on what the format is for.
QString formatTitle(report::Format format);
QString formatWords(report::Format format);

class ExportFormats : public QListWidget {
  Q_OBJECT

 public:
  explicit ExportFormats(const Theme& theme, QWidget* parent = nullptr);

  report::Format format() const;
  void setFormat(report::Format format);

 signals:
  void chosen(longtake::report::Format format);
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_DIALOGS_EXPORT_FORMATS_H_
