// Declares ExportPreview: the beginning of what an export would write, and what is to be known
// about it.
//
// Thread rule: GUI thread. Lifetime rule: the theme outlives it.
#ifndef LONGTAKE_UI_DIALOGS_EXPORT_PREVIEW_H_
#define LONGTAKE_UI_DIALOGS_EXPORT_PREVIEW_H_

#include <QWidget>

#include "engine/engine.h"
#include "ui/base/theme.h"

class QLabel;
class QPlainTextEdit;
class QStackedWidget;
class QTextBrowser;

namespace longtake::ui {

class PdfPages;

class ExportPreview : public QWidget {
  Q_OBJECT

 public:
  explicit ExportPreview(const Theme& theme, QWidget* parent = nullptr);

  void showExport(report::Format format, const Exported& exported);
  void showFailure(const QString& message, const QString& hint);
  void showWaiting();

  QString plainText() const;  // what is read in it now

 private:
  void applyTheme();
  void showFact(const QString& title, const QString& words);

  const Theme& theme_;
  QStackedWidget* pages_;
  QPlainTextEdit* text_;
  QTextBrowser* page_;
  PdfPages* pdf_;
  QWidget* fact_;
  QLabel* factTitle_;
  QLabel* factWords_;
  QLabel* notes_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_DIALOGS_EXPORT_PREVIEW_H_
