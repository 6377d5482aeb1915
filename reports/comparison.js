  // nothing here moves but what all pages share
