namespace Lava.Metering.Scanning;

/// <content>What a request asks for beside tokens: a tier, several answers, several prompts, searches.</content>
public ref partial struct RequestPeek
{
    // A tool's own members: within the array of tools, within the tool.
    private readonly bool IsInTool => _parent == RequestField.Tools && _depth <= 3;

    private readonly int CountSearches()
    {
        // The name alone tells: these models search once for each call, research models as often as they like.
        var model = _facts.Model.Of(_body);
        var byName = ServingNames.SearchesByName(model) ? 1 : model.EndsWith("deep-research"u8) ? WebSearchesMax : 0;
        return Math.Max(Math.Min(_searches, _toolCallsMax ?? int.MaxValue), byName);
    }

    private bool TakeChoices(RequestField field, ReadOnlySpan<byte> text)
    {
        if (!TryGetInteger(text, ChoicesMax, out var choices) || choices == 0)
        {
            return Reject(field);
        }

        _facts.Choices = Math.Max(_facts.ChoicesOfPrompt, (int)choices);
        return true;
    }

    // An array of strings or of arrays of tokens: each element is a prompt. Tokens: all of them are one.
    private bool TryCountPrompt()
    {
        var isPrompt = _cursor.Peek() is (byte)'"' or (byte)'[';
        _facts.Prompts = isPrompt ? _facts.Prompts + 1 : Math.Max(_facts.Prompts, 1);
        return _facts.Prompts <= PromptsMax || Reject(RequestField.Prompt);
    }

    private void TakeTier(RequestField field, ReadOnlySpan<byte> name)
    {
        var tier = ServingNames.GetAsked(name);
        if (field == RequestField.ServiceTier && _facts.ServiceTier != ServiceTier.Fast)
        {
            _facts.ServiceTier = tier;
        }
        else if (field == RequestField.Speed && tier == ServiceTier.Fast)
        {
            _facts.ServiceTier = tier;
        }
    }

    private void TakeObject(scoped ReadOnlySpan<byte> key)
    {
        _facts.RemoteContent |= RemoteReference.IsObject(key);
        if (RemoteReference.IsSearch(key))
        {
            AddSearches(WebSearchesMax);
        }
        else if (_depth == 1 && key.SequenceEqual("web_search_options"u8))
        {
            AddSearches(1);
        }
    }

    private void TakeToolType(scoped ReadOnlySpan<byte> key, ByteRange value)
    {
        if (IsInTool && key.SequenceEqual("type"u8))
        {
            _isSearchTool |= RemoteReference.IsSearchTool(value.Of(_body));
        }
    }

    private void TakeToolLimit(scoped ReadOnlySpan<byte> key, ByteRange value)
    {
        if (IsInTool && key.SequenceEqual("max_uses"u8) && TryGetInteger(value.Of(_body), WebSearchesLimit, out var uses))
        {
            _toolUsesMax = Math.Max(_toolUsesMax ?? 0, (int)uses);
        }
    }

    private bool TakeMaxToolCalls(ReadOnlySpan<byte> text)
    {
        if (TryGetInteger(text, WebSearchesLimit, out var calls))
        {
            _toolCallsMax = (int)calls;
        }

        return true;
    }

    private void EndTool()
    {
        if (_isSearchTool)
        {
            AddSearches(_toolUsesMax ?? WebSearchesMax);
        }

        _isSearchTool = false;
        _toolUsesMax = null;
    }

    private void AddSearches(int searches) => _searches = Math.Min(_searches + searches, WebSearchesLimit);
}
