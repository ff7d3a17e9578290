// Declares PdfPages: the pages of a PDF, one below the other, as wide as there is room; drawn in
// another thread, and only those that are looked at.
//
// Thread rule: GUI thread. Lifetime rule: the theme outlives it; keeps the bytes it shows.
#ifndef LONGTAKE_UI_DIALOGS_PDF_PAGES_H_
#define LONGTAKE_UI_DIALOGS_PDF_PAGES_H_

#include <QBuffer>
#include <QHash>
#include <QImage>
#include <QPdfDocument>
#include <QPdfPageRenderer>
#include <QScrollArea>

#include "ui/base/theme.h"

class QLabel;

namespace longtake::ui {

class PdfPages : public QScrollArea {
  Q_OBJECT

 public:
  explicit PdfPages(const Theme& theme, QWidget* parent = nullptr);

  // False if these are not a PDF that can be read.
  bool show(const QByteArray& pdf);
  int pageCount() const { return static_cast<int>(pages_.size()); }
  QImage page(int number) const { return drawn_.value(number); }  // from 0; null: not drawn yet
  QString plainText();                                            // of all pages

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void arrange();
  void drawVisible();
  void take(int page, const QImage& image);

  const Theme& theme_;
  QByteArray bytes_;
  QBuffer buffer_;
  QPdfDocument document_;
  QPdfPageRenderer renderer_;
  QList<QLabel*> pages_;
  QHash<int, QImage> drawn_;
  QHash<int, QSize> wanted_;  // in device pixels
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_DIALOGS_PDF_PAGES_H_
