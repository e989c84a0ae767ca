PublicAutomata = PublicAutomataSolution = None
